-- Every sequence that feeds a column, with what the catalogs tell of both: one row a sequence and
-- column, and of inheritance and partition trees the topmost fed table, once. Rows without a
-- sequence are columns whose default names one that cannot be told.
--
-- Needs search_path = pg_catalog, as every transaction of ours has it: pg_get_expr and format_type
-- then qualify what users made. Reads catalogs only and takes no lock on what it finds.
-- $1, $2, $3: configured links, as table oids, column numbers and sequence oids.
with recursive

-- What CREATE EXTENSION made is the extension's own.
extension_owned as materialized (
  select d.objid as oid
    from pg_catalog.pg_depend as d
   where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
     and d.deptype = 'e'
),

sequences as materialized (
  select c.oid, n.nspname, c.relname, n.oid as nspoid, c.relpersistence,
         s.seqmin, s.seqmax, s.seqincrement, s.seqcache, s.seqcycle
    from pg_catalog.pg_sequence as s
    join pg_catalog.pg_class as c on c.oid = s.seqrelid
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
   where c.relpersistence <> 't'
     and n.nspname not in ('pg_catalog', 'information_schema', 'seqwarden')
     and not exists (select from extension_owned as e where e.oid = c.oid)
),

tables as materialized (
  select c.oid, c.relkind, c.relname, n.nspname, n.oid as nspoid, c.relpersistence,
         c.relrowsecurity
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'f')
     and c.relpersistence <> 't'
     and n.nspname not in ('pg_catalog', 'information_schema', 'seqwarden')
     and not exists (select from extension_owned as e where e.oid = c.oid)
),

-- Sequences that a column owns (dependency a) or has as its identity (i).
owned as materialized (
  select d.objid as seq, d.refobjid as tab, d.refobjsubid as attnum,
         case d.deptype when 'i' then 'IDENTITY' else 'OWNED' end as link
    from pg_catalog.pg_depend as d
    join sequences as s on s.oid = d.objid
   where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
     and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
     and d.refobjsubid > 0
     and d.deptype in ('a', 'i')
),

-- Defaults that call nextval(regclass), function 1574 on every server: a column's own, and its
-- domain's where it has none. A stored expression names functions by oid, so that looking for one
-- costs no deparsing.
stored as materialized (
  select d.adrelid as tab, d.adnum::pg_catalog.int4 as attnum,
         'pg_catalog.pg_attrdef'::pg_catalog.regclass::pg_catalog.oid as classid, d.oid as objid,
         d.adbin, d.adbin::pg_catalog.text as nodes
    from pg_catalog.pg_attrdef as d
    join tables as t on t.oid = d.adrelid
   where d.adbin::pg_catalog.text like '%:funcid 1574 %'
  union all
  select a.attrelid, a.attnum,
         'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid, y.oid,
         y.typdefaultbin, y.typdefaultbin::pg_catalog.text
    from pg_catalog.pg_type as y
    join pg_catalog.pg_attribute as a on a.atttypid = y.oid
    join tables as t on t.oid = a.attrelid
   where y.typtype = 'd'
     and y.typdefaultbin::pg_catalog.text like '%:funcid 1574 %'
     and a.attnum > 0
     and not a.attisdropped
     and not a.atthasdef
     and a.attidentity = ''
),

-- Deparsing is what costs most here, and what serial writes needs none: nextval of a regclass
-- constant, alone or in one of the three functions that cast bigint to integer, smallint, numeric.
defaults as materialized (
  select s.tab, s.attnum, s.classid, s.objid,
         case when not (s.nodes like '%{CONST :consttype 2205 %'
                        and (s.nodes like '{FUNCEXPR :funcid 1574 %' and s.depth = 2
                             or s.nodes like '%{FUNCEXPR :funcid 1574 %' and s.depth = 3
                                and (s.nodes like '{FUNCEXPR :funcid 480 %'
                                     or s.nodes like '{FUNCEXPR :funcid 714 %'
                                     or s.nodes like '{FUNCEXPR :funcid 1781 %')))
              then pg_catalog.pg_get_expr(s.adbin, s.tab)
         end as expr
    from (select stored.*,
                 pg_catalog.length(nodes) - pg_catalog.length(pg_catalog.replace(nodes, '{', ''))
                   as depth
            from stored) as s
),

-- bare: nextval and nothing else, cast at most to an integer type or numeric. named: the name in a
-- text that is cast to regclass when the default runs, as nextval(('users_seq'::text)::regclass)
-- does; unlike a regclass it leaves no dependency.
parsed as materialized (
  select d.tab, d.attnum, d.classid, d.objid, d.expr,
         d.expr is null
         or d.expr ~ ('^\(*nextval\((''([^'']|'''')*''::regclass'
                      '|\(+''([^'']|'''')*''::(text|character varying(\(\d+\))?)(\)::text)*\)::regclass)\)'
                      '(\)::(bigint|integer|smallint|numeric(\(\d+,-?\d+\))?))*$') as bare,
         pg_catalog.replace(
           pg_catalog.substring(
             d.expr,
             'nextval\(\(+''((?:[^'']|'''')*)''::(?:text|character varying)'),
           '''''', '''') as named
    from defaults as d
),

-- The parts of such a name, as the server would read them; none where it is no name. The pattern
-- comes first because parse_ident fails on what is none.
spelled as materialized (
  select p.tab, p.attnum, p.expr, p.bare, p.named,
         case when p.named
                   ~ '^("([^"]|"")+"|[[:alpha:]_\u0080-\uffff][\w$\u0080-\uffff]*)(\.("([^"]|"")+"|[[:alpha:]_\u0080-\uffff][\w$\u0080-\uffff]*)){0,2}$'
              then pg_catalog.parse_ident(p.named)
         end as parts
    from parsed as p
   where p.named is not null
),

-- A qualified name is exact. Any other depends on the session's search_path: it stands for the only
-- sequence of that name, or for the one among several that the column owns.
candidates as materialized (
  select s.tab, s.attnum, s.expr, s.bare, q.oid as seq,
         exists (select from owned as o
                  where o.seq = q.oid and o.tab = s.tab and o.attnum = s.attnum) as own
    from spelled as s
    join sequences as q
      on q.relname = s.parts[pg_catalog.cardinality(s.parts)]
     and (pg_catalog.cardinality(s.parts) = 1
          or q.nspname = s.parts[pg_catalog.cardinality(s.parts) - 1])
),

named as materialized (
  select c.tab, c.attnum, c.expr, c.bare, c.seq, not c.own and c.many as ambiguous
    from (select c.*,
                 pg_catalog.count(*) over w > 1 as many,
                 pg_catalog.bool_or(c.own) over w as owns_one
            from candidates as c
          window w as (partition by c.tab, c.attnum)) as c
   where c.own or not c.owns_one
),

drawn as materialized (
  select p.tab, p.attnum, p.expr, p.bare, d.refobjid as seq, false as ambiguous
    from parsed as p
    join pg_catalog.pg_depend as d on d.classid = p.classid and d.objid = p.objid
    join sequences as s on s.oid = d.refobjid
   where d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
  union
  select n.tab, n.attnum, n.expr, n.bare, n.seq, n.ambiguous
    from named as n
),

configured as materialized (
  select u.tab, u.attnum::pg_catalog.int4 as attnum, u.seq
    from unnest(?::pg_catalog.oid[], ?::pg_catalog.int2[], ?::pg_catalog.oid[])
      as u (tab, attnum, seq)
),

-- Of the sequence that a column owns and the one that its default draws from, the latter feeds it;
-- identity comes before both. What is configured comes on top, and settles a default that is
-- ambiguous or an expression.
linked as materialized (
  select o.seq, o.tab, o.attnum, o.link, null::pg_catalog.text as expr, false as ambiguous
    from owned as o
   where o.link = 'IDENTITY'
      or not exists (select from defaults as d where d.tab = o.tab and d.attnum = o.attnum)
  union all
  select r.seq, r.tab, r.attnum,
         case when exists (select from owned as o
                            where o.seq = r.seq and o.tab = r.tab and o.attnum = r.attnum)
              then 'OWNED' else 'DEFAULT' end,
         case when not r.bare or r.ambiguous then r.expr end,
         r.ambiguous
    from drawn as r
   where (r.bare and not r.ambiguous)
      or not exists (select from configured as c where c.tab = r.tab and c.attnum = r.attnum)
  union all
  select c.seq, c.tab, c.attnum, 'CONFIGURED', null, false
    from configured as c
   where not exists (select from owned as o
                      where o.link = 'IDENTITY'
                        and o.seq = c.seq and o.tab = c.tab and o.attnum = c.attnum)
     and not exists (select from drawn as r
                      where r.bare and not r.ambiguous
                        and r.seq = c.seq and r.tab = c.tab and r.attnum = c.attnum)
     and not exists (select from owned as o
                      where o.seq = c.seq and o.tab = c.tab and o.attnum = c.attnum
                        and not exists (select from defaults as d
                                         where d.tab = o.tab and d.attnum = o.attnum))
),

-- An ambiguous name says nothing against a sequence that something else is known to feed from.
links as materialized (
  select l.seq, l.tab, l.attnum, l.link, l.expr, l.ambiguous,
         a.attname, a.attinhcount > 0 as inherited, a.atttypid, a.atttypmod
    from linked as l
    join tables as t on t.oid = l.tab
    join pg_catalog.pg_attribute as a on a.attrelid = l.tab and a.attnum = l.attnum
   where a.attnum > 0
     and not a.attisdropped
     and not (l.ambiguous
              and exists (select from linked as k where k.seq = l.seq and not k.ambiguous))
),

-- Columns whose default draws from what cannot be told, so that no sequence has them.
adrift as materialized (
  select d.tab, d.attnum, d.expr
    from parsed as d
   where not exists (select from links as l where l.tab = d.tab and l.attnum = d.attnum)
),

ancestors as (
  select l.tab, i.inhparent as ancestor
    from links as l
    join pg_catalog.pg_inherits as i on i.inhrelid = l.tab
   where l.inherited
  union
  select a.tab, i.inhparent
    from ancestors as a
    join pg_catalog.pg_inherits as i on i.inhrelid = a.ancestor
),

-- Partitions and children carry their parent's default; the parent's reading covers them. Who of a
-- tree owns the sequence does not matter.
topmost as materialized (
  select l.seq, l.tab, l.attnum, l.link, l.expr, l.ambiguous, l.attname, l.atttypid, l.atttypmod
    from links as l
    left join (select distinct a.tab, p.seq, p.attname
                 from ancestors as a
                 join links as p on p.tab = a.ancestor) as covered
      on covered.tab = l.tab and covered.seq = l.seq and covered.attname = l.attname
   where covered.tab is null
),

owned_below as materialized (
  select distinct l.seq from links as l where l.link <> 'DEFAULT' and l.link <> 'CONFIGURED'
),

tree as (
  select i.inhparent as root, i.inhrelid as oid
    from (select distinct t.tab from topmost as t) as t
    join pg_catalog.pg_inherits as i on i.inhparent = t.tab
  union
  select t.root, i.inhrelid
    from tree as t
    join pg_catalog.pg_inherits as i on i.inhparent = t.oid
),

-- Every table of the trees, with the fed column's number there. Temporary children are their
-- session's own.
members as materialized (
  select distinct l.tab as root, l.attname, l.attnum, t.oid, t.relkind, t.relname, t.nspname,
         false as below
    from topmost as l
    join tables as t on t.oid = l.tab
  union all
  select f.root, f.attname, a.attnum, c.oid, c.relkind, c.relname, n.nspname, true
    from (select distinct tree.root, tree.oid, t.attname
            from tree
            join topmost as t on t.tab = tree.root) as f
    join pg_catalog.pg_class as c on c.oid = f.oid
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute as a on a.attrelid = f.oid and a.attname = f.attname
   where c.relpersistence <> 't'
     and a.attnum > 0
),

indexes as materialized (
  select m.oid, m.attnum,
         pg_catalog.bool_or(i.indkey[0] = m.attnum and c.relam = b.oid and i.indpred is null)
           as suitable,
         pg_catalog.bool_or(i.indisunique and i.indnkeyatts = 1 and i.indkey[0] = m.attnum
                            and i.indpred is null) as unique_alone,
         pg_catalog.bool_or(i.indisunique and i.indpred is null) as unique_somehow
    from (select distinct members.oid, members.attnum from members) as m
    join pg_catalog.pg_index as i on i.indrelid = m.oid
    join pg_catalog.pg_class as c on c.oid = i.indexrelid
    cross join (select am.oid from pg_catalog.pg_am as am where am.amname = 'btree') as b
   where i.indisvalid
     and i.indisready
     and m.attnum = any ((i.indkey::pg_catalog.int2[])[0:i.indnkeyatts - 1])
   group by m.oid, m.attnum
),

-- Rows arrive in the leaves, and for the guard in all but foreign tables.
trees as materialized (
  select m.root, m.attname,
         pg_catalog.bool_or(m.below) as has_descendants,
         pg_catalog.bool_or(m.relkind = 'f') as has_foreign,
         pg_catalog.bool_and(coalesce(i.suitable, false)) filter (where m.relkind = 'r')
           as leaves_suitable,
         pg_catalog.bool_and(coalesce(i.unique_alone, false))
           filter (where m.relkind = 'r' or not m.below) as unique_alone,
         pg_catalog.bool_or(coalesce(i.unique_somehow, false)) as unique_somehow,
         pg_catalog.bool_or(coalesce(i.suitable, false)) filter (where not m.below)
           as root_suitable
    from members as m
    left join indexes as i on i.oid = m.oid and i.attnum = m.attnum
   group by m.root, m.attname
),

-- Those that route rows to foreign tables.
routing_abroad as materialized (
  select distinct a.relid
    from members as m
   cross join lateral pg_catalog.pg_partition_ancestors(m.oid) as a (relid)
   where m.relkind = 'f'
),

listed as materialized (
  select m.root, m.attname,
         pg_catalog.array_agg(m.oid::pg_catalog.int8 order by m.below, m.nspname, m.relname)
           as oids,
         pg_catalog.array_agg(m.nspname::pg_catalog.text order by m.below, m.nspname, m.relname)
           as schemas,
         pg_catalog.array_agg(m.relname::pg_catalog.text order by m.below, m.nspname, m.relname)
           as names,
         pg_catalog.array_agg(
             pg_catalog.format('%I.%I', m.nspname, m.relname)
             order by m.below, m.nspname, m.relname) as quoteds,
         pg_catalog.array_agg(m.relkind = 'p' order by m.below, m.nspname, m.relname)
           as partitioned,
         pg_catalog.array_agg(a.relid is not null order by m.below, m.nspname, m.relname)
           as foreign_below
    from members as m
    join trees as t on t.root = m.root and t.attname = m.attname
    left join routing_abroad as a on a.relid = m.oid
   where m.relkind <> 'f'
     and t.has_descendants
   group by m.root, m.attname
),

-- The type beneath domains, with the modifier of the lowest of them.
types as (
  select d.atttypid as typid, y.oid as base, y.typtype, y.typbasetype, y.typtypmod,
         -1 as typmod
    from (select distinct t.atttypid from topmost as t) as d
    join pg_catalog.pg_type as y on y.oid = d.atttypid
  union all
  select t.typid, y.oid, y.typtype, y.typbasetype, y.typtypmod, t.typtypmod
    from types as t
    join pg_catalog.pg_type as y on y.oid = t.typbasetype
   where t.typtype = 'd'
)

select s.oid::pg_catalog.int8 as sequence_oid, s.nspname as sequence_schema,
       s.relname as sequence_name,
       pg_catalog.format('%I.%I', s.nspname, s.relname) as sequence_quoted,
       pg_catalog.quote_ident(s.nspname) as sequence_schema_quoted,
       s.seqmin, s.seqmax, s.seqincrement, s.seqcache, s.seqcycle,
       o.seq is not null as sequence_owned,
       pg_catalog.has_sequence_privilege(s.oid, 'SELECT') as sequence_readable,
       pg_catalog.has_schema_privilege(s.nspoid, 'USAGE') as sequence_schema_usable,
       t.oid::pg_catalog.int8 as table_oid, t.nspname as table_schema, t.relname as table_name,
       pg_catalog.format('%I.%I', t.nspname, t.relname) as table_quoted,
       pg_catalog.quote_ident(t.nspname) as table_schema_quoted,
       t.relkind::pg_catalog.text as table_kind,
       l.attname as column_name, pg_catalog.quote_ident(l.attname) as column_quoted, l.attnum,
       pg_catalog.format_type(l.atttypid, l.atttypmod) as type_name,
       y.base::pg_catalog.int8 as base_type,
       case when l.atttypmod >= 0 then l.atttypmod else y.typmod end as type_modifier,
       l.link, l.expr, l.ambiguous,
       pg_catalog.has_column_privilege(t.oid, l.attnum::pg_catalog.int2, 'SELECT')
         as column_readable,
       pg_catalog.has_schema_privilege(t.nspoid, 'USAGE') as table_schema_usable,
       t.relrowsecurity and pg_catalog.row_security_active(t.oid) as hidden_rows,
       pg_catalog.pg_is_in_recovery() and 'u' in (s.relpersistence, t.relpersistence)
         as lost_on_standby,
       pg_catalog.quote_ident(current_user) as role_quoted,
       coalesce(r.leaves_suitable, r.root_suitable, false) as indexed,
       coalesce(r.unique_alone, false) as unique_alone, r.unique_somehow,
       r.has_foreign, m.oids, m.schemas, m.names, m.quoteds, m.partitioned,
       m.foreign_below
  from topmost as l
  join sequences as s on s.oid = l.seq
  join tables as t on t.oid = l.tab
  join trees as r on r.root = l.tab and r.attname = l.attname
  join types as y on y.typid = l.atttypid and y.typtype <> 'd'
  left join owned_below as o on o.seq = s.oid
  left join listed as m on m.root = l.tab and m.attname = l.attname
 union all
select null, null, null, null, null, null, null, null, null, null, null, null, null,
       t.oid::pg_catalog.int8, t.nspname, t.relname,
       pg_catalog.format('%I.%I', t.nspname, t.relname), pg_catalog.quote_ident(t.nspname),
       t.relkind::pg_catalog.text, c.attname, pg_catalog.quote_ident(c.attname), c.attnum,
       null, null, null, null, d.expr, null, null, null, null, null, null, null, null, null,
       null, null, null, null, null, null, null
  from adrift as d
  join tables as t on t.oid = d.tab
  join pg_catalog.pg_attribute as c on c.attrelid = d.tab and c.attnum = d.attnum
 order by 4, 17, 22
