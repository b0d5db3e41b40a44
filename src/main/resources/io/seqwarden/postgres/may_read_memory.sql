-- Whether this role may ask how much memory its own backend holds: the view is there from 14 on, and
-- open to superusers, from 15 on to pg_read_all_stats as well. Without it the estimate alone counts.
select pg_catalog.to_regclass('pg_catalog.pg_backend_memory_contexts') is not null
   and pg_catalog.has_table_privilege(
         pg_catalog.to_regclass('pg_catalog.pg_backend_memory_contexts'), 'select')
   and pg_catalog.has_function_privilege(
         pg_catalog.to_regproc('pg_catalog.pg_get_backend_memory_contexts'), 'execute')
