-- Of the given tables those that the current role owns (or inherits from the owner), which takes
-- ENABLE REPLICA TRIGGER and DROP TRIGGER, and whether it may create triggers at all.
select c.oid as table_oid,
       pg_catalog.pg_has_role(c.relowner, 'USAGE') as owned,
       pg_catalog.has_table_privilege(c.oid, 'TRIGGER') as may_trigger
  from pg_catalog.pg_class as c
 where c.oid = any (?::pg_catalog.oid[])
 order by c.oid
