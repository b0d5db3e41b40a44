-- Every sequence that feeds a column, with what the catalogs tell of both. One row a sequence and
-- column; of inheritance and partition trees the topmost fed table, once.
--
-- Runs with search_path = pg_catalog: pg_get_expr then qualifies every name it prints.
-- $1, $2, $3: table oids, column numbers and sequence oids of configured links.
--
-- Nothing is guessed by name. A default that casts text to regclass leaves no dependency: its name
-- is resolved if it is qualified, or the only sequence of that name; else the column has a problem.
with recursive

sequences as materialized (
  select s.seqrelid as oid, n.nspname, c.relname,
         format('%I.%I', n.nspname, c.relname) as quoted,
         s.seqmin, s.seqmax, s.seqincrement, s.seqcache, s.seqcycle,
         has_sequence_privilege(c.oid, 'SELECT') and has_schema_privilege(n.oid, 'USAGE')
           as readable
    from pg_sequence as s
    join pg_class as c on c.oid = s.seqrelid
    join pg_namespace as n on n.oid = c.relnamespace
   where c.relpersistence <> 't'
     and n.nspname not in ('pg_catalog', 'information_schema', 'seqwarden')
     and not exists (
       select 1 from pg_depend as d
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
),

-- nextval is function 1574 on every server. Columns' own defaults, and domains' where a column
-- has none.
defaults as materialized (
  select ad.adrelid as tab, ad.adnum as attnum, pg_get_expr(ad.adbin, ad.adrelid) as expr,
         'pg_attrdef'::regclass as classid, ad.oid as objid
    from pg_attrdef as ad
    join pg_attribute as a on a.attrelid = ad.adrelid and a.attnum = ad.adnum
   where ad.adbin::text like '%:funcid 1574 %'
     and a.attgenerated = ''
     and not a.attisdropped
  union all
  select a.attrelid, a.attnum, pg_get_expr(y.typdefaultbin, 0), 'pg_type'::regclass, y.oid
    from pg_type as y
    join pg_attribute as a on a.atttypid = y.oid
   where y.typtype = 'd'
     and y.typdefaultbin::text like '%:funcid 1574 %'
     and a.attnum > 0
     and not a.attisdropped
     and not a.atthasdef
     and a.attidentity = ''
),

-- A bare nextval, cast at most to an integer type or numeric; regclass or text cast to it.
parsed as (
  select d.*,
         d.expr ~ ('^\(*nextval\((E?''([^'']|'''')*''::regclass'
                   '|\(\(*E?''([^'']|'''')*''::(text|character varying)(\)::text)*\)::regclass)\)'
                   '(\)?::(bigint|integer|smallint|numeric(\(\d+, *-?\d+\))?)|\))*$') as bare,
         replace(substring(d.expr from
           'nextval\(\(\(*E?''((?:[^'']|'''')*)''::(?:text|character varying)'), '''''', '''')
           as text_name
    from defaults as d
),

text_drawn as (
  select p.tab, p.attnum, p.expr, p.bare, s.oid as seq,
         count(*) over (partition by p.tab, p.attnum) > 1 as ambiguous
    from parsed as p
    join sequences as s
      on case
           when p.text_name ~ '^("([^"]|"")+"|[[:alpha:]_][[:alnum:]_$]*)\.("([^"]|"")+"|[[:alpha:]_][[:alnum:]_$]*)$'
             then s.oid = to_regclass(p.text_name)
           when p.text_name ~ '^[[:alpha:]_][[:alnum:]_$]*$'
             then s.relname = lower(p.text_name)
           when p.text_name ~ '^"([^"]|"")+"$'
             then s.relname = replace(substring(p.text_name from 2 for length(p.text_name) - 2), '""', '"')
           else false
         end
   where p.text_name is not null
),

drawn as (
  select p.tab, p.attnum, p.expr, p.bare, d.refobjid as seq, false as ambiguous
    from parsed as p
    join pg_depend as d
      on d.classid = p.classid and d.objid = p.objid
     and d.refclassid = 'pg_class'::regclass
   where p.text_name is null
  union
  select t.tab, t.attnum, t.expr, t.bare, t.seq, t.ambiguous
    from text_drawn as t
),

owned as materialized (
  select d.objid as seq, d.refobjid as tab, d.refobjsubid as attnum, d.deptype
    from pg_depend as d
   where d.classid = 'pg_class'::regclass
     and d.refclassid = 'pg_class'::regclass
     and d.deptype in ('a', 'i')
     and d.refobjsubid > 0
),

configured as (
  select u.tab, u.attnum::int as attnum, u.seq
    from unnest(?::oid[], ?::int2[], ?::oid[]) as u (tab, attnum, seq)
),

-- A column that owns a stale sequence beside the one that its default draws from: only the latter
-- feeds it. What is configured says all of its column.
linked as (
  select c.seq, c.tab, c.attnum, 'CONFIGURED' as link, null::text as expr, false as ambiguous
    from configured as c
  union all
  select r.seq, r.tab, r.attnum,
         case when exists (select 1 from owned as o
                            where o.seq = r.seq and o.tab = r.tab and o.attnum = r.attnum)
              then 'OWNED' else 'DEFAULT' end,
         case when r.bare and not r.ambiguous then null else r.expr end,
         r.ambiguous
    from drawn as r
   where not exists (select 1 from configured as c where c.tab = r.tab and c.attnum = r.attnum)
  union all
  select o.seq, o.tab, o.attnum, case o.deptype when 'i' then 'IDENTITY' else 'OWNED' end,
         null, false
    from owned as o
   where not exists (select 1 from drawn as r where r.tab = o.tab and r.attnum = o.attnum)
     and not exists (select 1 from configured as c where c.tab = o.tab and c.attnum = o.attnum)
),

links as materialized (
  select l.seq, l.tab, l.attnum, a.attname, l.link, l.expr, l.ambiguous, a.attinhcount,
         a.atttypid, a.atttypmod, c.relkind, c.relrowsecurity, c.relispartition,
         n.nspname, c.relname, n.oid as nsp,
         has_column_privilege(c.oid, a.attnum, 'SELECT') and has_schema_privilege(n.oid, 'USAGE')
           as readable
    from linked as l
    join pg_class as c on c.oid = l.tab
    join pg_namespace as n on n.oid = c.relnamespace
    join pg_attribute as a on a.attrelid = l.tab and a.attnum = l.attnum
   where c.relkind in ('r', 'p', 'f')
     and c.relpersistence <> 't'
     and n.nspname not in ('pg_catalog', 'information_schema', 'seqwarden')
     and not exists (
       select 1 from pg_depend as d
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
),

ancestors as (
  select l.tab, i.inhparent as ancestor
    from links as l
    join pg_inherits as i on i.inhrelid = l.tab
   where l.attinhcount > 0
  union
  select a.tab, i.inhparent
    from ancestors as a
    join pg_inherits as i on i.inhrelid = a.ancestor
),

topmost as materialized (
  select l.*
    from links as l
   where l.attinhcount = 0
      or not exists (
        select 1
          from ancestors as a
          join links as p on p.tab = a.ancestor
         where a.tab = l.tab and p.seq = l.seq and p.attname = l.attname)
),

tree as (
  select distinct t.tab as root, t.tab as oid
    from topmost as t
  union
  select t.root, i.inhrelid
    from tree as t
    join pg_inherits as i on i.inhparent = t.oid
),

indexes as (
  select t.root, t.tab_attname, t.oid, t.relkind, t.nspname, t.relname, t.quoted,
         coalesce(bool_or(i.indkey[0] = t.attnum and m.amname = 'btree'), false) as indexed,
         coalesce(bool_or(i.indisunique and i.indnkeyatts = 1 and i.indkey[0] = t.attnum), false)
           as unique_alone,
         coalesce(bool_or(i.indisunique
                          and t.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1])), false)
           as unique_somehow
    from (select distinct tree.root, tree.oid, c.relkind, c.relname, n.nspname,
                 format('%I.%I', n.nspname, c.relname) as quoted,
                 p.attname as tab_attname, a.attnum
            from tree
            join topmost as p on p.tab = tree.root
            join pg_class as c on c.oid = tree.oid
            join pg_namespace as n on n.oid = c.relnamespace
            join pg_attribute as a on a.attrelid = tree.oid and a.attname = p.attname) as t
    left join pg_index as i
      on i.indrelid = t.oid and i.indisvalid and i.indisready and i.indpred is null
    left join pg_class as x on x.oid = i.indexrelid
    left join pg_am as m on m.oid = x.relam
   group by t.root, t.tab_attname, t.oid, t.relkind, t.nspname, t.relname, t.quoted
),

members as materialized (
  select i.root, i.tab_attname,
         array_agg(i.oid::bigint order by i.oid <> i.root, i.quoted) filter (where i.relkind <> 'f')
           as oids,
         array_agg(i.nspname::text order by i.oid <> i.root, i.quoted) filter (where i.relkind <> 'f')
           as schemas,
         array_agg(i.relname::text order by i.oid <> i.root, i.quoted) filter (where i.relkind <> 'f')
           as names,
         array_agg(i.quoted order by i.oid <> i.root, i.quoted) filter (where i.relkind <> 'f')
           as quoteds,
         array_agg(i.relkind = 'p' order by i.oid <> i.root, i.quoted) filter (where i.relkind <> 'f')
           as partitioned,
         bool_and(i.indexed or i.relkind = 'p') as indexed,
         coalesce(bool_and(i.unique_alone) filter (where i.relkind <> 'p'),
                  bool_and(i.unique_alone)) as unique_alone,
         bool_or(i.unique_somehow) as unique_somehow
    from indexes as i
   group by i.root, i.tab_attname
),

-- The type beneath domains, with the modifier that is nearest.
types as (
  select t.atttypid as typid, y.oid as base, y.typtype, y.typbasetype, y.typtypmod
    from (select distinct atttypid from topmost) as t
    join pg_type as y on y.oid = t.atttypid
  union all
  select t.typid, y.oid, y.typtype, y.typbasetype,
         case when t.typtypmod >= 0 then t.typtypmod else y.typtypmod end
    from types as t
    join pg_type as y on y.oid = t.typbasetype
   where t.typtype = 'd'
)

select s.oid::bigint as sequence_oid, s.nspname as sequence_schema, s.relname as sequence_name,
       s.quoted as sequence_quoted, s.seqmin, s.seqmax, s.seqincrement, s.seqcache, s.seqcycle,
       s.readable as sequence_readable,
       t.tab::bigint as table_oid, t.nspname as table_schema, t.relname as table_name,
       format('%I.%I', t.nspname, t.relname) as table_quoted, t.relkind::text as table_kind,
       t.attname as column_name, quote_ident(t.attname) as column_quoted, t.attnum,
       format_type(t.atttypid, t.atttypmod) as type_name,
       y.base::bigint as base_type,
       case when t.atttypmod >= 0 then t.atttypmod else y.typtypmod end as type_modifier,
       t.link, t.expr, t.ambiguous, t.readable as column_readable,
       t.relrowsecurity and row_security_active(t.tab) as hidden_rows,
       m.indexed, m.unique_alone, m.unique_somehow,
       m.oids, m.schemas, m.names, m.quoteds, m.partitioned
  from topmost as t
  join sequences as s on s.oid = t.seq
  join members as m on m.root = t.tab and m.tab_attname = t.attname
  join types as y on y.typid = t.atttypid and y.typtype <> 'd'
 order by s.quoted, table_quoted, t.attnum
