-- What holds while the client looks into a 23505, until the end of the transaction.
--   search_path   nothing that a user created can shadow what is called
--   row_security  hidden rows become an error instead of a maximum that is too low
--   jit           compiling costs more than any of these statements
-- Parameters: lock_timeout and statement_timeout, in ms.
select pg_catalog.set_config('search_path', 'pg_catalog', true),
       pg_catalog.set_config('row_security', 'off', true),
       pg_catalog.set_config('jit', 'off', true),
       pg_catalog.set_config('lock_timeout', ?, true),
       pg_catalog.set_config('statement_timeout', ?, true)
