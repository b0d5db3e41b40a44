-- seqwarden: furthest ids and positions of a batch.
-- Reads it together: one statement for all of it, in which one reading that fails spoils all. What
-- is left then is read apart; see observe.sql. query_to_xml runs a query that is only known now,
-- without the block of PL/pgSQL that would be compiled anew for each batch: for a single reading a
-- sixth of the time. One constant text whatever is read, so that pg_stat_statements keeps one entry.
--
-- stop: nothing more is begun after that, since statement_timeout bounds the whole batch; oids: of
-- tables or sequences; queries: of each as a format for its name, with one column id.
-- A row each, in order: empty for no id at all, null where it was not begun.
--
-- The comment in each query comes back in the context of a statement_timeout and tells which it was.
select case
         when r.number = 1
              or clock_timestamp() < statement_timestamp() + {{stop}}::pg_catalog.interval
         then query_to_xml(
                format(r.query, r.oid::pg_catalog.oid::pg_catalog.regclass)
                  || format(' /* seqwarden %s */', r.number - 1),
                true, true, '')::pg_catalog.text
       end as row
  from unnest({{oids}}::pg_catalog.int8[], {{queries}}::pg_catalog.text[]) with ordinality as r (oid, query, number)
