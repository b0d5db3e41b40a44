-- seqwarden: positions of sequences.
-- The positions of many sequences, whose oids are given, with their numbers in it from 1 on. A tenth of
-- what a statement a sequence costs. None for one that was never called, of which this function
-- tells nothing, or whose privileges are missing: those are read one by one.
select p.number, p.last_value, true as is_called
  from (select s.number, pg_catalog.pg_sequence_last_value(s.oid::pg_catalog.oid) as last_value
          from unnest({{oids}}::pg_catalog.int8[]) with ordinality as s (oid, number)
        offset 0) as p
 where p.last_value is not null
