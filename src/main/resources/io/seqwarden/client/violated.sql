-- The key columns of a unique index that a 23505 named, in their order, and whether anything may
-- feed each. Cheap, since natural keys are violated all day: discovery, which reads the catalogs
-- whole, follows only where a column of that name, here or in a table that this one inherits from,
-- has a default, an identity or a sequence of its own, or is configured.
-- Parameters: the index's schema and name as in the server's error; tables (oid) and columns

with recursive key as materialized (
  select i.indrelid as tab, a.attname, k.place
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    join pg_catalog.pg_index as i on i.indexrelid = c.oid
   cross join lateral
         pg_catalog.unnest((i.indkey::pg_catalog.int2[])[0:i.indnkeyatts - 1])
           with ordinality as k (attnum, place)
    left join pg_catalog.pg_attribute as a
      on a.attrelid = i.indrelid and a.attnum = k.attnum and a.attnum > 0
   where n.nspname = ?
     and c.relname = ?
     and i.indisunique
),
family (tab) as (
  select key.tab from key
  union
  select i.inhparent
    from family
    join pg_catalog.pg_inherits as i on i.inhrelid = family.tab
)
select key.tab::pg_catalog.int8 as table_oid, key.attname as column_name,
       exists (
         select from family as f
           join pg_catalog.pg_attribute as a on a.attrelid = f.tab and a.attname = key.attname
           join pg_catalog.pg_type as y on y.oid = a.atttypid
          where not a.attisdropped
            and (a.atthasdef
                 or a.attidentity <> ''
                 or y.typtype = 'd'
                 or exists (
                      select from pg_catalog.pg_depend as d
                       where d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                         and d.refobjid = a.attrelid
                         and d.refobjsubid = a.attnum
                         and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                         and d.deptype in ('a', 'i'))
                 or exists (
                      select from unnest(?::pg_catalog.oid[], ?::pg_catalog.int2[])
                               as u (tab, attnum)
                       where u.tab = a.attrelid and u.attnum = a.attnum))) as maybe_fed
  from key
 order by key.place
