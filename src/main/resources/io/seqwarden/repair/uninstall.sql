-- Removes all that seqwarden installed, in one transaction. The uninstall command does the same
-- table by table; here every guarded table is locked until the end. A schema seqwarden that is
-- somebody else's is left alone: its comment does not say that it is ours.
begin;
set local lock_timeout = '5s';
do $seqwarden$
declare
  entry record;
  ours boolean := exists (
    select from pg_namespace as n
     where n.nspname = 'seqwarden'
       and obj_description(n.oid, 'pg_namespace') like 'seqwarden objects %');
begin
  for entry in
    select t.tgname, t.tgrelid::regclass as relation
      from pg_trigger as t
      join pg_proc as p on p.oid = t.tgfoid
      join pg_namespace as n on n.oid = p.pronamespace
     where ours and n.nspname = 'seqwarden' and not t.tgisinternal
     order by 2, 1
  loop
    execute format('drop trigger %I on %s', entry.tgname, entry.relation);
  end loop;
  for entry in
    select p.oid::regprocedure as routine
      from pg_proc as p
     where p.proname like 'sync\_%' and p.pronargs = 0
       and p.prosrc like E'\n-- seqwarden:%'
     order by 1
  loop
    execute format('drop function %s', entry.routine);
  end loop;
  if ours then
    drop schema seqwarden cascade;
  end if;
end
$seqwarden$;
commit;
