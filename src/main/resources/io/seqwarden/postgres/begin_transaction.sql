-- The first statement of every transaction; the driver sends BEGIN along with it. All settings are
-- local to the transaction, so that nothing leaks to another client through PgBouncer.
--   isolation         whatever the database's default: what a serializable transaction reads can make
--                     the application's fail with 40001
--   application_name  again, since behind a pooler the session may be one that another client named
--   search_path       nothing that a user created can shadow what we call
--   row_security      hidden rows become an error instead of a maximum that is too low
--   jit               compiling costs more than any of our statements
-- Parameters: lock_timeout, statement_timeout, idle_in_transaction_session_timeout, each in ms.
set transaction isolation level read committed;
select pg_catalog.set_config('application_name', 'seqwarden', true),
       pg_catalog.set_config('search_path', 'pg_catalog', true),
       pg_catalog.set_config('row_security', 'off', true),
       pg_catalog.set_config('jit', 'off', true),
       pg_catalog.set_config('lock_timeout', ?, true),
       pg_catalog.set_config('statement_timeout', ?, true),
       pg_catalog.set_config('idle_in_transaction_session_timeout', ?, true)
