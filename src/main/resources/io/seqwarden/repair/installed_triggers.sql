-- Triggers that run a function of schema seqwarden, on whatever table.
select t.tgrelid as table_oid,
       pg_catalog.format('%I.%I', tn.nspname, c.relname) as table_name,
       coalesce(pg_catalog.pg_partition_root(c.oid), c.oid)::pg_catalog.regclass::text as tree_name,
       t.tgname as trigger_name,
       t.tgenabled::text as enabled,
       p.proname as function_name
  from pg_catalog.pg_trigger as t
  join pg_catalog.pg_class as c on c.oid = t.tgrelid
  join pg_catalog.pg_namespace as tn on tn.oid = c.relnamespace
  join pg_catalog.pg_proc as p on p.oid = t.tgfoid
  join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
 where n.nspname = 'seqwarden'
   and not t.tgisinternal
 order by table_name, trigger_name
