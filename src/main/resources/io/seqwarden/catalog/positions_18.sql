-- seqwarden: positions of sequences.
-- As positions.sql, from version 18 on, where a function tells of sequences that were never called
-- too. OFFSET keeps it from being called once a field.
select p.number, (p.data).last_value, (p.data).is_called
  from (select s.number, pg_catalog.pg_get_sequence_data(s.oid::pg_catalog.oid) as data
          from unnest({{oids}}::pg_catalog.int8[]) with ordinality as s (oid, number)
        offset 0) as p
 where (p.data).last_value is not null
