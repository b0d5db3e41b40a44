
-- seqwarden: takes functions from everybody but their owner: PUBLIC has EXECUTE by default, and
-- default privileges may have given it to others. The body of a DO, run as a string literal, since
-- a name could end a dollar quote.
declare
  entry record;
begin
  for entry in
    select p.oid::pg_catalog.regprocedure as object,
           case when a.grantee = 0 then 'public'
                else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end as grantee
      from pg_catalog.pg_proc as p
      join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
     cross join lateral pg_catalog.aclexplode(
             coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) as a
     where n.nspname = {{schema}}
       and p.proname = any (array[{{names}}]::pg_catalog.name[])
       and (n.nspname = 'seqwarden' or p.pronargs = 0)
       and a.grantee <> p.proowner
  loop
    execute pg_catalog.format('revoke all on function %s from %s', entry.object, entry.grantee);
  end loop;
end
