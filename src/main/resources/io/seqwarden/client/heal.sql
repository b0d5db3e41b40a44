-- Judges one sequence against all columns that it feeds and advances it where it is behind: what
-- seqwarden.sync does, without installed objects. Needs SELECT on the columns, and on the sequence
-- SELECT and UPDATE or USAGE.
-- DO takes no parameters and returns nothing, so they travel in settings local to the transaction.
--
-- seqwarden.client_request: {"sequence": OID, "columns": [{"t": OID, "n": ATTNUM, "p": PAGES}],
--   "lo": ID, "hi": ID, "ranged": BOOLEAN, "pooled": BOOLEAN, "used": RATIO, "jump": RATIO,
--   "drain": BOOLEAN}
--   p: the 8 KiB pages up to which a table may be scanned, null where an index gives its maximum;
--   lo, hi: the ids that fit the columns and this writer's share; ranged: whether there is one;
--   pooled: whether a value ends a block of as many ids as the increment;
--   drain: whether this session may hold cached values that lie behind, and is to draw past them.
-- seqwarden.client_answer: STATE BEFORE AFTER MARK, positions as last_value, - for null. States are
--   in_sync, healed, behind (some way is left), refused (no id would remain, or it cycles),
--   unindexed.
do $seqwarden$
<<heal>>
declare
  request constant json := current_setting('seqwarden.client_request')::json;
  sequence constant regclass := (request ->> 'sequence')::oid::regclass;
  ranged constant boolean := (request ->> 'ranged')::boolean;
  used_ratio constant numeric := (request ->> 'used')::numeric;
  max_jump_ratio constant numeric := (request ->> 'jump')::numeric;
  low constant numeric := (request ->> 'lo')::numeric;
  high constant numeric := (request ->> 'hi')::numeric;
  shape pg_sequence;
  direction numeric;
  increment bigint;
  lo numeric;
  hi numeric;
  ahead numeric := 0;
  last_value bigint;
  is_called boolean;
  bound numeric;
  high_water numeric;
  next_value numeric;
  calls numeric;
  was_behind boolean;
  first_position bigint;
  target bigint;
  before_value bigint;
  reached bigint;
  drawn bigint;
  state text := 'in_sync';
  pages bigint;
  entry record;
  id numeric;
begin
  select s.* into shape from pg_sequence as s where s.seqrelid = sequence;
  if not found then
    raise exception using errcode = 'undefined_table', message = 'the sequence is gone';
  end if;
  increment := shape.seqincrement;
  direction := sign(increment::numeric);
  lo := case when direction > 0 then greatest(shape.seqmin, low) else least(shape.seqmax, high) end;
  hi := case when direction > 0 then least(shape.seqmax, high) else greatest(shape.seqmin, low) end;
  if (request ->> 'pooled')::boolean then
    ahead := direction * (abs(increment::numeric) - 1);
  end if;

  -- Marks first, the position second: the other order would take what others insert meanwhile for
  -- drift. A second time with the outlier bound, if the first went beyond it.
  for pass in 1 .. 2 loop
    high_water := null;
    for entry in
      select c.t::regclass as relation, a.attname, c.p
        from json_to_recordset(request -> 'columns') as c (t oid, n int2, p bigint)
        join pg_attribute as a on a.attrelid = c.t and a.attnum = c.n
    loop
      if entry.p is not null then
        select sum(pg_relation_size(tree.oid)) / 8192
          into pages
          from (with recursive tree (oid) as (
                  select entry.relation::oid
                  union
                  select i.inhrelid from tree join pg_inherits as i on i.inhparent = tree.oid)
                select tree.oid from tree) as tree;
        if pages > entry.p then
          state := 'unindexed';
          continue;
        end if;
      end if;
      execute format(
        'select %1$s(%2$s(x.%3$I))::numeric from %4$s as x where %5$s and %6$s',
        case when direction > 0 then 'floor' else 'ceil' end,
        case when direction > 0 then 'max' else 'min' end,
        entry.attname, entry.relation,
        case when ranged then format('x.%I between $1 and $2', entry.attname) else 'true' end,
        case when bound is null then 'true'
             else format('x.%I %s $3', entry.attname, case when direction > 0 then '<=' else '>=' end)
        end)
        using low, high, bound into id;
      high_water := case when direction > 0 then greatest(high_water, id)
                         else least(high_water, id) end;
    end loop;
    execute format('select s.last_value, s.is_called from %s as s', sequence)
       into strict last_value, is_called;
    exit when bound is not null or high_water is null;
    bound := (
{{outlier_bound}}
    );
    bound := case when direction > 0 then floor(bound) else ceil(bound) end;
    exit when (high_water - bound) * direction <= 0;
  end loop;

  first_position := last_value;
  next_value := last_value::numeric + case when is_called then increment else 0 end;
  was_behind := (high_water + ahead - next_value) * direction >= 0;
  calls := div(abs(high_water + ahead - next_value), abs(increment::numeric)) + 1;
  if was_behind
     and (shape.seqcycle or (next_value + calls * increment - hi) * direction > 0) then
    state := 'refused';
  elsif not shape.seqcycle
        and (high_water + ahead - (next_value - 32 * increment::numeric)) * direction >= 0 then
    -- A sequence's row may be up to 32 values ahead, for the time of nextval's WAL record; the
    -- advance knows better.
    target := high_water + ahead;
{{advance}}
    execute format('select s.last_value, s.is_called from %s as s', sequence)
       into strict last_value, is_called;
    next_value := last_value::numeric + case when is_called then increment else 0 end;
    state := case when (high_water + ahead - next_value) * direction >= 0 then 'behind'
                  when was_behind or reached is distinct from before_value then 'healed'
                  else 'in_sync' end;
  end if;

  if state in ('in_sync', 'healed') and (request ->> 'drain')::boolean and shape.seqcache > 1 then
    for i in 1 .. least(shape.seqcache, 200000) loop
      drawn := nextval(sequence);
      exit when (high_water + ahead - drawn) * direction < 0;
    end loop;
  end if;
  perform set_config(
    'seqwarden.client_answer',
    format('%s %s %s %s', state,
           coalesce(before_value, first_position), coalesce(reached, last_value),
           coalesce(high_water::text, '-')),
    true);
end
$seqwarden$
