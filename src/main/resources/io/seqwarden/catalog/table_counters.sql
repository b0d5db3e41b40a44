-- seqwarden: counters of what was written.
-- How often rows of each table were written since its counters began, and the file that holds it, as
-- its distance from the oid, which for most is 0: as long as both stay and the epoch is the same, no
-- id came or went, as far as sessions have told yet (they do so within seconds after a transaction's
-- end). In whatever order the tables come: sorting them here would cost as much as counting.
--
-- The same of the catalogs that discovery reads, as one sum: as long as it stays nothing needs to be
-- discovered anew.
select pg_catalog.array_agg(c.oid::pg_catalog.int8) as oids,
       pg_catalog.array_agg(c.relfilenode::pg_catalog.int8 - c.oid::pg_catalog.int8) as files,
       pg_catalog.array_agg(
           pg_catalog.pg_stat_get_tuples_inserted(c.oid)
           + pg_catalog.pg_stat_get_tuples_updated(c.oid)
           + pg_catalog.pg_stat_get_tuples_deleted(c.oid)) as counts,
       (select pg_catalog.sum(
                   pg_catalog.pg_stat_get_tuples_inserted(k.oid)
                   + pg_catalog.pg_stat_get_tuples_updated(k.oid)
                   + pg_catalog.pg_stat_get_tuples_deleted(k.oid))::pg_catalog.int8
          from pg_catalog.pg_class as k
         where k.relnamespace = 'pg_catalog'::pg_catalog.regnamespace
           and k.relname in ('pg_class', 'pg_attribute', 'pg_attrdef', 'pg_depend', 'pg_index',
                             'pg_inherits', 'pg_sequence', 'pg_type', 'pg_namespace', 'pg_proc',
                             'pg_trigger', 'pg_publication', 'pg_description', 'pg_auth_members',
                             'pg_authid', 'pg_database')) as catalogs
  from pg_catalog.pg_class as c
 where c.relkind = 'r'
   and c.relpersistence <> 't'
