-- The objects of schema seqwarden, less the event table: what guards and SQL callers share.
-- Every function pins search_path and is qualified, since some run with their owner's rights.
-- What holds names of tables is filled in as a string literal: a dollar quote could be ended by one.
create schema if not exists seqwarden;

comment on schema seqwarden is {{version}};

create or replace function seqwarden.record(
  sequence regclass, before_value bigint, after_value bigint, mark numeric, reason text)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $body$
-- seqwarden: writes an event where seqwarden.event exists and the caller may write it. A row guard
-- sets seqwarden.once, and then a transaction writes one event a sequence, not one a row.
declare
  recorded constant text := coalesce(current_setting('seqwarden.recorded', true), '');
  entry constant text := format(' %s ', sequence::oid);
begin
  if current_setting('seqwarden.once', true) = 'on' then
    if strpos(recorded, entry) > 0 then
      return;
    end if;
    perform set_config('seqwarden.recorded', recorded || entry, true);
  end if;
  if to_regclass('seqwarden.event') is null
     or not has_table_privilege('seqwarden.event', 'INSERT') then
    return;
  end if;
  insert into seqwarden.event (sequence, source, before, after, mark, reason)
  select format('%I.%I', n.nspname, c.relname),
         coalesce(nullif(current_setting('seqwarden.source', true), ''), 'sql'),
         record.before_value, record.after_value, record.mark, record.reason
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
   where c.oid = record.sequence;
end
$body$;

create or replace function seqwarden.advance(sequence regclass, target bigint)
returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $body$
-- seqwarden: runs with the caller's rights; whoever may not move the sequence may not do it here.
declare
  before_value bigint;
  reached bigint;
begin
if sequence is null or target is null then
  raise exception using
    errcode = 'null_value_not_allowed',
    message = 'seqwarden.advance needs a sequence and a target, and one of them is null';
end if;
{{advance}}
if reached is distinct from before_value then
  perform seqwarden.record(sequence, before_value, reached, target, null);
end if;
return reached;
end
$body$;

create or replace function seqwarden.outlier_bound(
  last_value bigint, is_called boolean, increment bigint, lo numeric, hi numeric,
  used_ratio numeric, max_jump_ratio numeric)
returns numeric
language sql
immutable
set search_path = pg_catalog, pg_temp
as $body$
-- seqwarden: the last id that is no outlier; the judge's rule. Ids in the way never are, ids
-- beyond the effective limit always are. lo and hi: where the sequence starts and where it ends;
-- counting down, everything is mirrored. A sequence that stands before lo, as one that was not yet
-- moved to its share of the ids, is compared from there. The sign of a bigint would be a double,
-- which is no exact id past 2^53.
select way * least(
         way * hi,
         greatest(
           least(
             case when p < lo_up + used_ratio * (hi_up - lo_up)
                  then floor(lo_up + used_ratio * (hi_up - lo_up)) end,
             floor(p + max_jump_ratio * (hi_up - lo_up))),
           greatest(lo_up, upcoming) + 1000))
  from (select sign(increment::numeric) as way) as direction
 cross join lateral (
       select greatest(way * last_value, way * lo) as p,
              way * last_value
                + case when is_called then abs(increment::numeric) else 0 end as upcoming,
              way * lo as lo_up,
              way * hi as hi_up) as mirrored
$body$;

create or replace function seqwarden.position(
  sequence regclass, lo numeric, hi numeric,
  out step bigint, out start_side numeric, out far_side numeric,
  out last_value bigint, out is_called boolean, out upcoming numeric)
language plpgsql
set search_path = pg_catalog, pg_temp
as $body$
-- seqwarden: where a sequence stands and between which ids it runs. lo and hi: the ids that fit
-- its columns and its share.
declare
  shape pg_sequence;
begin
  select s.* into strict shape from pg_sequence as s where s.seqrelid = sequence;
  step := shape.seqincrement;
  if step > 0 then
    start_side := greatest(shape.seqmin, lo);
    far_side := least(shape.seqmax, hi);
  else
    start_side := least(shape.seqmax, hi);
    far_side := greatest(shape.seqmin, lo);
  end if;
  execute format('select s.last_value, s.is_called from %s as s', sequence)
     into strict last_value, is_called;
  upcoming := last_value::numeric + case when is_called then step else 0 end;
end
$body$;

create or replace function seqwarden.bound_of(sequence regclass, lo numeric, hi numeric)
returns numeric
language sql
set search_path = pg_catalog, pg_temp
as $body$
-- seqwarden: the outlier bound of a sequence as it stands, with the limits configured at install.
select seqwarden.outlier_bound(
         p.last_value, p.is_called, p.step, p.start_side, p.far_side,
         {{used_ratio}}, {{max_jump_ratio}})
  from seqwarden.position(sequence, lo, hi) as p
$body$;

create or replace function seqwarden.follow(
  sequence regclass, furthest numeric, within numeric, lo numeric, hi numeric, source text)
returns text
language plpgsql
set search_path = pg_catalog, pg_temp
as $body$
-- seqwarden: advances past `within`, the furthest id that is no outlier, as long as an id remains,
-- and says how the sequence then stands. `furthest` beyond it is an event and no advance.
declare
  p record;
  calls numeric;
begin
  perform set_config('seqwarden.source', source, true);
  select * into p from seqwarden.position(sequence, lo, hi);
  -- Its row may be up to 32 values ahead, for the time of nextval's WAL record; advance knows.
  if (within - (p.upcoming - 32 * p.step::numeric)) * sign(p.step) >= 0 then
    calls := div(greatest(0, (within - p.upcoming) * sign(p.step::numeric)),
                 abs(p.step::numeric)) + 1;
    if (within - p.upcoming) * sign(p.step) >= 0
       and (p.upcoming + calls * p.step - p.far_side) * sign(p.step) > 0 then
      perform seqwarden.record(sequence, p.last_value, p.last_value, within, 'exhausted');
      perform set_config('seqwarden.source', '', true);
      return 'refused';
    end if;
    perform seqwarden.advance(sequence, within::bigint);
  end if;
  if furthest <> within or (furthest is not null and within is null) then
    select * into p from seqwarden.position(sequence, lo, hi);
    perform seqwarden.record(sequence, p.last_value, p.last_value, furthest, 'outlier');
  end if;
  perform set_config('seqwarden.source', '', true);
  select * into p from seqwarden.position(sequence, lo, hi);
  return case when (within - p.upcoming) * sign(p.step) >= 0 then 'behind' else 'in_sync' end;
end
$body$;

create or replace function seqwarden.sync_sequence(
  sequence_name text, table_names text[], column_names text[],
  lo numeric, hi numeric, ranged boolean, heal boolean,
  out before_value bigint, out after_value bigint, out high_water numeric, out state text)
language plpgsql
set search_path = pg_catalog, pg_temp
set row_security = off
as $body$
-- seqwarden: checks one sequence against all its columns and advances it where needed and allowed:
-- marks first, position second. What cannot be read is unreadable, not an error.
declare
  sequence constant regclass := to_regclass(sequence_name);
  p record;
  mark numeric;
  furthest numeric;
  bound bigint;
  shape pg_sequence;
begin
  select s.* into shape from pg_sequence as s where s.seqrelid = sequence;
  for i in 1 .. cardinality(table_names) loop
    execute format(
      'select %1$s(%2$s(%3$I))::numeric from %4$s where %5$s',
      case when shape.seqincrement > 0 then 'floor' else 'ceil' end,
      case when shape.seqincrement > 0 then 'max' else 'min' end,
      column_names[i], table_names[i]::regclass,
      case when ranged then format('%I between $1 and $2', column_names[i]) else 'true' end)
      using lo, hi into mark;
    furthest := case when shape.seqincrement > 0
                     then greatest(furthest, mark) else least(furthest, mark) end;
  end loop;
  -- Most calls end here, so that one may be made before every insert. What the sequence has given
  -- already it does not give again, and no id there is an outlier.
  before_value := pg_sequence_last_value(sequence);
  if before_value is not null
     and (furthest is null
          or case when shape.seqincrement > 0
                  then furthest <= before_value else furthest >= before_value end) then
    high_water := furthest;
    after_value := before_value;
    state := 'in_sync';
    return;
  end if;
  select * into p from seqwarden.position(sequence, lo, hi);
  before_value := p.last_value;
  high_water := furthest;
  if shape.seqincrement > 0 then
    bound := floor(seqwarden.bound_of(sequence, lo, hi));
  else
    bound := ceil(seqwarden.bound_of(sequence, lo, hi));
  end if;
  if (furthest > bound) = (p.step > 0) and furthest <> bound then
    high_water := null;
    for i in 1 .. cardinality(table_names) loop
      execute format(
        'select %1$s(%2$s(%3$I))::numeric from %4$s where %3$I %5$s $1 and %6$s',
        case when p.step > 0 then 'floor' else 'ceil' end,
        case when p.step > 0 then 'max' else 'min' end,
        column_names[i], table_names[i]::regclass,
        case when p.step > 0 then '<=' else '>=' end,
        case when ranged then format('%I between $2 and $3', column_names[i]) else 'true' end)
        using bound, lo, hi into mark;
      high_water := case when p.step > 0
                         then greatest(high_water, mark) else least(high_water, mark) end;
    end loop;
    select * into p from seqwarden.position(sequence, lo, hi);
  end if;

  if (high_water - p.upcoming) * sign(p.step) >= 0 then
    if shape.seqcycle and heal is null then
      state := 'in_sync';
    elsif not heal then
      state := 'refused';
      perform seqwarden.record(sequence, p.last_value, p.last_value, high_water, 'policy');
    end if;
  end if;
  if state is null then
    state := seqwarden.follow(sequence, high_water, high_water, lo, hi, 'sql');
  end if;
  select s.last_value into after_value from seqwarden.position(sequence, lo, hi) as s;
exception
  when others then
    state := 'unreadable';
    after_value := before_value;
end
$body$;

create or replace function seqwarden.fed()
returns table (
  sequence_name text, table_names text[], column_names text[],
  lo numeric, hi numeric, ranged boolean, heal boolean)
language sql
stable
set search_path = pg_catalog, pg_temp
as {{fed}};

create or replace function seqwarden.synced(fed regclass)
returns table (
  table_name text, column_name text, sequence_name text,
  before_value bigint, after_value bigint, high_water numeric, state text)
language sql
set search_path = pg_catalog, pg_temp
as $body$
-- seqwarden: checks and advances what feeds a table, one sequence, or for null all that is watched.
select c.table_name, c.column_name, f.sequence_name,
       s.before_value, s.after_value, s.high_water, s.state
  from seqwarden.fed() as f
 cross join lateral seqwarden.sync_sequence(
         f.sequence_name, f.table_names, f.column_names, f.lo, f.hi, f.ranged, f.heal) as s
 cross join lateral unnest(f.table_names, f.column_names) as c (table_name, column_name)
 where fed is null
    or to_regclass(f.sequence_name) = fed
    or exists (select 1 from unnest(f.table_names) as t (name) where to_regclass(t.name) = fed)
 order by 3, 1, 2
$body$;

create or replace function seqwarden.sync(fed regclass)
returns table (
  table_name text, column_name text, sequence_name text,
  before_value bigint, after_value bigint, high_water numeric, state text)
language sql
security definer
set search_path = pg_catalog, pg_temp
as $body$
-- seqwarden: checks and advances the sequences that feed a table, or one sequence.
select * from seqwarden.synced(fed) where fed is not null
$body$;

create or replace function seqwarden.sync_all()
returns table (
  table_name text, column_name text, sequence_name text,
  before_value bigint, after_value bigint, high_water numeric, state text)
language sql
security definer
set search_path = pg_catalog, pg_temp
as $body$
-- seqwarden: checks and advances every watched sequence.
select * from seqwarden.synced(null)
$body$;
