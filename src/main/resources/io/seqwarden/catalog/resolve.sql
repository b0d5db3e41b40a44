-- Configured entries, looked up. Names that are malformed or unknown give null; to_regclass alone
-- would fail on the former.
-- $1, $2, $3: tables, columns and sequences, one element an entry, null where not given.
select e.ordinal, t.oid as table_oid, a.attnum, s.oid as sequence_oid
  from unnest(?::pg_catalog.text[], ?::pg_catalog.text[], ?::pg_catalog.text[])
         with ordinality as e (table_name, column_name, sequence_name, ordinal)
 cross join (
         select '^("([^"]|"")+"|[[:alpha:]_\u0080-\uffff][\w$\u0080-\uffff]*)'
                '\.("([^"]|"")+"|[[:alpha:]_\u0080-\uffff][\w$\u0080-\uffff]*)$') as name (pattern)
  left join pg_catalog.pg_class as t
    on t.oid = case when e.table_name ~ name.pattern then pg_catalog.to_regclass(e.table_name) end
   and t.relkind in ('r', 'p', 'f')
  left join pg_catalog.pg_attribute as a
    on a.attrelid = t.oid
   and a.attname = e.column_name
   and a.attnum > 0
   and not a.attisdropped
  left join pg_catalog.pg_class as s
    on s.oid = case when e.sequence_name ~ name.pattern
                    then pg_catalog.to_regclass(e.sequence_name) end
   and s.relkind = 'S'
 order by e.ordinal
