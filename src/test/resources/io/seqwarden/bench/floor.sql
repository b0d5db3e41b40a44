-- The floor: what a loop inside the server needs that reads the maximum and the position of every
-- owned or identity column together, and commits every 200 tables, as any sweep has to.
do $floor$
declare
  pair record;
  mark bigint;
  last_value bigint;
  is_called boolean;
  count integer := 0;
begin
  for pair in
    select d.objid::regclass as sequence, d.refobjid::regclass as relation, a.attname
      from pg_catalog.pg_depend as d
      join pg_catalog.pg_sequence as s on s.seqrelid = d.objid
      join pg_catalog.pg_attribute as a
        on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
     where d.classid = 'pg_catalog.pg_class'::regclass
       and d.refclassid = 'pg_catalog.pg_class'::regclass
       and d.deptype in ('a', 'i')
  loop
    execute format(
      'select (select max(t.%I) from %s as t), s.last_value, s.is_called from %s as s',
      pair.attname, pair.relation, pair.sequence)
      into mark, last_value, is_called;
    count := count + 1;
    if count % 200 = 0 then
      commit;
    end if;
  end loop;
end
$floor$
