-- Reads a batch of sequences: of each the furthest id of every column first, then its position,
-- since the other order would raise false alarms under load. One constant text whatever is read,
-- so that pg_stat_statements keeps one entry; what is read, and what was, travels in settings local
-- to the transaction, since DO takes no parameters and returns nothing.
--
-- seqwarden.batch: a JSON array, one object a sequence: s its oid; d whether it counts down; c its
-- columns: t the table's oid, a the column's name, n whether numeric, o whether without descendants
-- (ONLY), l and h the ids that count, each optional, p the pages up to which it may be scanned
-- without an index, absent where it has one.
-- seqwarden.answer: lines, one a sequence: last_value, is_called, then an entry a column, all
-- separated by spaces: the id, - for none, ! where it is too large to be scanned.
do $seqwarden$
declare
  entry json;
  col json;
  relation regclass;
  answer text := '';
  line text;
  value text;
  pages bigint;
  last_position bigint;
  called boolean;
  down boolean;
  condition text;
begin
  for entry in select * from json_array_elements(current_setting('seqwarden.batch')::json) loop
    line := '';
    down := (entry ->> 'd')::boolean;
    for col in select * from json_array_elements(entry -> 'c') loop
      relation := (col ->> 't')::oid::regclass;
      if col ->> 'p' is not null then
        select sum(pg_relation_size(t.oid)) / 8192
          into pages
          from (with recursive tree (oid) as (
                  select relation::oid
                  union
                  select i.inhrelid from tree join pg_inherits as i on i.inhparent = tree.oid
                   where not (col ->> 'o')::boolean)
                select oid from tree) as t;
        if pages > (col ->> 'p')::bigint then
          line := line || ' !';
          continue;
        end if;
      end if;
      condition := '';
      if col ->> 'l' is not null then
        condition := format(' where x.%I >= %s', col ->> 'a', (col ->> 'l')::numeric);
      end if;
      if col ->> 'h' is not null then
        condition := condition || case condition when '' then ' where ' else ' and ' end
          || format('x.%I <= %s', col ->> 'a', (col ->> 'h')::numeric);
      end if;
      execute format(
        case when (col ->> 'n')::boolean
             then case when down then 'select ceil(min(x.%1$I))::text from %2$s %3$s as x%4$s'
                       else 'select floor(max(x.%1$I))::text from %2$s %3$s as x%4$s' end
             else case when down then 'select min(x.%1$I)::text from %2$s %3$s as x%4$s'
                       else 'select max(x.%1$I)::text from %2$s %3$s as x%4$s' end
        end,
        col ->> 'a', case when (col ->> 'o')::boolean then 'only' else '' end, relation, condition)
        into value;
      line := line || ' ' || coalesce(value, '-');
    end loop;
    execute format('select x.last_value, x.is_called from %s as x', (entry ->> 's')::oid::regclass)
       into last_position, called;
    answer := answer || last_position || ' ' || called || line || E'\n';
  end loop;
  perform set_config('seqwarden.answer', answer, true);
end
$seqwarden$
