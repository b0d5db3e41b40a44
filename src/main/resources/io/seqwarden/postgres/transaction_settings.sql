-- seqwarden: bounds of this transaction.
-- The first statement of every transaction, sent along with BEGIN. All settings are local to the
-- transaction, so that nothing leaks to another client through PgBouncer.
--   application_name  again, since behind a pooler the session may be one that another client named
--   search_path       nothing that a user created can shadow what we call
--   quote_all_identifiers  names are written as the server does unasked, in every session
--   row_security      hidden rows become an error instead of a maximum that is too low
--   jit               compiling costs more than any of our statements
-- The last three are in ms. One number as the answer, since a column each is more to send and to read.
select pg_catalog.num_nulls(
         pg_catalog.set_config('application_name', 'seqwarden', true),
         pg_catalog.set_config('search_path', 'pg_catalog', true),
         pg_catalog.set_config('quote_all_identifiers', 'off', true),
         pg_catalog.set_config('row_security', 'off', true),
         pg_catalog.set_config('jit', 'off', true),
         pg_catalog.set_config('lock_timeout', '{{lock_ms}}', true),
         pg_catalog.set_config('statement_timeout', '{{statement_ms}}', true),
         pg_catalog.set_config('idle_in_transaction_session_timeout', '{{idle_ms}}', true))
