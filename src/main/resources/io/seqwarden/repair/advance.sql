-- Advances a sequence until its next value lies beyond a target. The one place that moves a
-- sequence: the body of seqwarden.advance and of the daemon's DO block.
--
-- Given: sequence regclass, target bigint. Set: before_value, reached (last_value before and after).
-- Runs with search_path = pg_catalog, so that no operator or function can be put in its way.
--
-- Never backwards: nextval cannot go back, and short distances are walked with it. A longer one is
-- jumped with setval, which can go back if others draw the whole distance between re-read and
-- setval. Hence one statement does both, one healer at a time (the advisory lock), over no less
-- than jump_fetches times what one nextval takes from the sequence, which is CACHE values; see
-- docs/never-backwards.md. The sequence's own lock is taken first: an ALTER SEQUENCE that queues in
-- between would make setval wait while others run on. What it is like is read under that lock and
-- as of now, whatever the transaction's snapshot: with an increment that was just turned around,
-- forwards would be backwards. The advisory lock is only tried, never waited for, and freed at once
-- by rolling back the subtransaction that took it; setval outlives that.
-- Keeps the residue modulo the increment. Moves nothing if no id would remain behind the target.
declare
  jump_fetches constant bigint := 100000;
  -- What one advance may cost an insert: two tenths of a second or so, and no more than half of the
  -- time that statement_timeout leaves. The next advance walks on.
  walk_limit constant bigint := 200000;
  allowed constant interval :=
    nullif(current_setting('statement_timeout')::interval, interval '0');
  latest constant timestamptz :=
    clock_timestamp() + (statement_timestamp() + allowed - clock_timestamp()) / 2;
  walked bigint := 0;
  steps bigint;
  step bigint;
  lowest bigint;
  highest bigint;
  fetched bigint;
  last_position bigint;
  called boolean;
  upcoming numeric;
  calls numeric;
  stop_at numeric;
  stop_value bigint;
  drawn bigint;
  drawn_before bigint;
  patience constant text := current_setting('lock_timeout');
begin
  perform from pg_sequence as s where s.seqrelid = sequence;
  if not found then
    raise exception using
      errcode = 'undefined_table',
      message = format('there is no sequence %s', sequence);
  end if;

  if patience = '0' then
    perform set_config('lock_timeout', '200ms', true);
  end if;
  -- RowExclusiveLock on the sequence, to the end of the transaction, as any nextval takes it.
  perform pg_sequence_last_value(sequence);
  select p.increment, p.minimum_value, p.maximum_value, p.cache_size
    into step, lowest, highest, fetched
    from pg_sequence_parameters(sequence) as p;

  <<attempts>>
  for attempt in 1 .. 100 loop
    -- Not from the sequence's row, which for the time of a WAL record is up to 32 values ahead: only
    -- the function reads it under its buffer's lock. It says null before the first nextval.
    last_position := pg_sequence_last_value(sequence);
    called := last_position is not null;
    if not called then
      execute format('select s.last_value from %s as s', sequence) into strict last_position;
      continue when pg_sequence_last_value(sequence) is not null;
    end if;
    before_value := coalesce(before_value, last_position);
    reached := last_position;
    exit when walked >= walk_limit or clock_timestamp() > latest;

    upcoming := last_position::numeric + case when called then step else 0 end;
    exit when (upcoming - target) * sign(step) > 0;
    calls := div(abs(target - upcoming), abs(step::numeric)) + 1;
    stop_at := upcoming + (calls - 1) * step;
    exit when stop_at + step > highest or stop_at + step < lowest;
    stop_value := stop_at;

    if calls <= jump_fetches * fetched::numeric then
      -- First come the values that this session still holds from an earlier fetch, if any. A look
      -- at the clock now and then is enough.
      steps := least(calls + fetched, walk_limit - walked, 10000);
      walked := walked + steps;
      for i in 1 .. steps loop
        drawn_before := drawn;
        drawn := nextval(sequence);
        -- Others drew the last ids of a cycling sequence, and it began anew: all is said and done.
        exit attempts when (step > 0) = (drawn < drawn_before);
        exit when (step > 0 and drawn >= stop_value) or (step < 0 and drawn <= stop_value);
      end loop;
    else
      -- What others draw meanwhile tells how fast they are: who would be there within half a second
      -- by their own draws is not jumped ahead of.
      perform pg_sleep(0.002);
      begin
        if pg_try_advisory_xact_lock(1936029559, (sequence::oid::bigint - 2147483648)::int) then
          -- Read from the row, which takes no lock that others are queueing for and so is the
          -- shorter window; up to 32 values too far ahead only make the distance look shorter.
          execute format(
            'select setval($1, $2) from %s as s
              where ($2::numeric - s.last_value) / $3
                    >= greatest($4, 250 * (s.last_value::numeric - $5) / $3)',
            sequence)
            using sequence, stop_value, step, jump_fetches * fetched::numeric, last_position;
        end if;
        raise exception using errcode = 'SQ000', message = 'frees the advisory lock';
      exception
        when sqlstate 'SQ000' then null;
      end;
    end if;
  end loop;

  perform set_config('lock_timeout', patience, true);
exception
  -- Another session's lock on the sequence, or others drew the last id meanwhile: what is left to
  -- do is left to the next sweep.
  when lock_not_available or sequence_generator_limit_exceeded then
    reached := coalesce(reached, before_value);
end;
