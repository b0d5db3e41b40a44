-- Configured entries, looked up: names that are malformed or unknown give null.
-- $1, $2, $3: tables, columns and sequences, one element an entry, null where not given.
select e.ordinal,
       t.oid as table_oid,
       a.attnum,
       s.oid as sequence_oid
  from unnest(?::text[], ?::text[], ?::text[])
       with ordinality as e (table_name, column_name, sequence_name, ordinal)
  left join pg_catalog.pg_class as t
    on t.oid = case when e.table_name ~ '^("([^"]|"")+"|[[:alpha:]_][[:alnum:]_$]*)\.("([^"]|"")+"|[[:alpha:]_][[:alnum:]_$]*)$'
                    then pg_catalog.to_regclass(e.table_name) end
   and t.relkind in ('r', 'p', 'f')
  left join pg_catalog.pg_attribute as a
    on a.attrelid = t.oid
   and a.attname = e.column_name
   and a.attnum > 0
   and not a.attisdropped
  left join pg_catalog.pg_class as s
    on s.oid = case when e.sequence_name ~ '^("([^"]|"")+"|[[:alpha:]_][[:alnum:]_$]*)\.("([^"]|"")+"|[[:alpha:]_][[:alnum:]_$]*)$'
                    then pg_catalog.to_regclass(e.sequence_name) end
   and s.relkind = 'S'
 order by e.ordinal
