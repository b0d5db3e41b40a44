-- As positions.sql, from version 18 on, where a function tells of sequences that were never called
-- too. Null where privileges are missing.
select pg_catalog.array_agg(
           (select d.last_value || ' ' || d.is_called
              from pg_catalog.pg_get_sequence_data(s.oid::pg_catalog.oid) as d)
           order by s.ordinality)
  from unnest(?::pg_catalog.int8[]) with ordinality as s (oid, ordinality)
