-- What an installation has to know of the database: is schema seqwarden there and ours, is the
-- event table, would a FOR ALL TABLES publication carry that table to subscribers without it.
select pg_catalog.obj_description(n.oid, 'pg_namespace') as version,
       n.oid is not null as schema_exists,
       exists (select 1 from pg_catalog.pg_class as c
                where c.relnamespace = n.oid) as has_relations,
       exists (select 1 from pg_catalog.pg_class as c
                where c.relnamespace = n.oid and c.relname = 'event' and c.relkind = 'r') as has_event,
       exists (select 1 from pg_catalog.pg_publication as b where b.puballtables) as all_tables,
       n.oid is null or pg_catalog.pg_has_role(n.nspowner, 'USAGE') as owns_schema,
       pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') as may_create,
       pg_catalog.current_database() as database_name,
       current_user as role_name
  from (select 1) as one
  left join pg_catalog.pg_namespace as n on n.nspname = 'seqwarden'
