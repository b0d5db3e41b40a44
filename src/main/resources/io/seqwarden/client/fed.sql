-- The sequences that feed columns of a table, each with all columns of all tables that it feeds, as
-- the daemon's discovery finds them. A table within an inheritance or partition tree counts as the
-- one at its top.
-- Parameters: those of discovery, then the table's oid, twice, and the columns' names, of which
-- null stands for all.
with discovered as materialized (
{{discovery}}
)
select d.sequence_oid, d.sequence_quoted, d.seqmin, d.seqmax, d.seqincrement, d.seqcache,
       d.seqcycle, d.table_oid, d.table_quoted, d.column_name, d.attnum, d.base_type,
       d.type_modifier, d.indexed,
       (d.table_oid = ? or d.oids @> array[?::pg_catalog.int8]) as asked
  from discovered as d
 where d.expr is null
   and d.base_type in (20, 21, 23, 1700)
   and d.sequence_oid in (
         select s.sequence_oid
           from discovered as s
          where (s.table_oid = ? or s.oids @> array[?::pg_catalog.int8])
            and s.expr is null
            and (?::pg_catalog.text[] is null or s.column_name = any (?::pg_catalog.text[])))
 order by d.sequence_oid, d.table_quoted, d.attnum
