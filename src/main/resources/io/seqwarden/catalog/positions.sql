-- The positions of many sequences, a text each as LAST_VALUE IS_CALLED, in the order of $1, their
-- oids. A tenth of what a statement a sequence costs. Null for one that was never called, of which
-- this function tells nothing, or whose privileges are missing: those are read one by one.
select pg_catalog.array_agg(
           pg_catalog.pg_sequence_last_value(s.oid::pg_catalog.oid) || ' t' order by s.ordinality)
  from unnest(?::pg_catalog.int8[]) with ordinality as s (oid, ordinality)
