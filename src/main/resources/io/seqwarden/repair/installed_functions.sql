-- Our functions: those in schema seqwarden, and every function named as the short forms are.
-- A short form that is not ours has another first line; the body's md5 tells whether it is current.
select n.nspname as schema_name,
       p.proname as function_name,
       pg_catalog.md5(pg_catalog.convert_to(p.prosrc, 'UTF8')) as body_md5,
       p.prosrc like E'\n-- seqwarden:%' as ours,
       p.oid as function_oid,
       pg_catalog.array_to_string(array(
         select case when a.grantee = 0 then 'public' else pg_catalog.pg_get_userbyid(a.grantee) end
           from pg_catalog.aclexplode(
                  coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) as a
          where a.grantee <> p.proowner and a.privilege_type = 'EXECUTE'
          order by 1), E'\n') as grantees
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
 where n.nspname = 'seqwarden'
    or (p.proname like 'sync\_%' and p.pronargs = 0
        and n.nspname not in ('pg_catalog', 'information_schema'))
 order by n.nspname, p.proname, p.oid
