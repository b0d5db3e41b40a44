-- Reads a batch, each reading apart: what fails alone is answered for by itself. Only for what a cheaper
-- way could not read together; see readings.sql. First the furthest ids of columns, then the positions
-- of sequences, since the other order would raise false alarms under load. One constant text whatever
-- is read, so that pg_stat_statements keeps one entry; what is read, and what was, travels in settings
-- local to the transaction, since DO takes no parameters and returns nothing.
--
-- seqwarden.batch: {"marks": [...], "positions": [...], "stop_ms": ...}
--   a mark: t the table's oid, q the query of its furthest id as a format for the table's name, o
--     whether it reads the table without what inherits from it, p the 8 KiB pages up to which it
--     may be scanned, absent where it has an index;
--   a position: the sequence's oid;
--   stop_ms: nothing more is begun after that, since statement_timeout bounds the whole batch.
-- seqwarden.answer: a JSON array of texts, marks then positions, as many as were begun:
--   =ID, - for no id at all, ! too large to be scanned, = LAST_VALUE IS_CALLED of a position, and of
--   what failed ? SQLSTATE MESSAGE, with RLS for SQLSTATE where row security is the cause.
--
-- What is the whole batch's fault ends it in any case: a full lock table, a deadlock, replay on a
-- standby. The comment in each statement comes back in the context of a statement_timeout and tells
-- which it was.
do $seqwarden$
declare
  batch constant json := current_setting('seqwarden.batch')::json;
  stop constant timestamptz :=
    clock_timestamp() + make_interval(secs => (batch ->> 'stop_ms')::float8 / 1000);
  answers text[] := '{}';
  mark record;
  relation regclass;
  relation_name text;
  pages bigint;
  reading text;
  id text;
  last_value text;
  is_called text;
begin
  for mark in
    select *
      from json_to_recordset(batch -> 'marks') as (t oid, q text, o boolean, p bigint)
  loop
    exit when answers <> '{}' and clock_timestamp() > stop;
    relation := mark.t;
    relation_name := relation;
    reading := format(mark.q, relation_name)
      || format(' /* seqwarden %s */', cardinality(answers));
    begin
      pages := null;
      if relation_name = mark.t::text then
        raise undefined_table using message = 'it was dropped';
      elsif mark.p is not null then
        select sum(pg_relation_size(tree.oid)) / 8192
          into pages
          from (with recursive tree (oid) as (
                  select relation::oid
                  union
                  select i.inhrelid from tree join pg_inherits as i on i.inhparent = tree.oid
                   where not mark.o)
                select tree.oid from tree) as tree;
      end if;
      if pages > mark.p then
        answers := answers || '!'::text;
      else
        execute reading into id;
        answers := answers || coalesce('=' || id, '-');
      end if;
    exception when others then
      if sqlstate ~ '^(40|53|57)' then
        raise;
      end if;
      answers := answers
        || format('? %s %s',
                  case when sqlstate = '42501' and row_security_active(relation) then 'RLS'
                       else sqlstate end,
                  sqlerrm);
    end;
  end loop;

  for relation in
    select p::oid from json_array_elements_text(batch -> 'positions') as p
  loop
    exit when answers <> '{}' and clock_timestamp() > stop;
    relation_name := relation;
    reading := format(
      'select x.last_value, x.is_called from %s as x /* seqwarden %s */',
      relation_name, cardinality(answers));
    begin
      if relation_name = relation::oid::text then
        raise undefined_table using message = 'it was dropped';
      end if;
      execute reading into strict last_value, is_called;
      answers := answers || ('= ' || last_value || ' ' || is_called);
    exception when others then
      if sqlstate ~ '^(40|53|57)' then
        raise;
      end if;
      answers := answers || format('? %s %s', sqlstate, sqlerrm);
    end;
  end loop;
  perform set_config('seqwarden.answer', to_json(answers)::text, true);
end
$seqwarden$
