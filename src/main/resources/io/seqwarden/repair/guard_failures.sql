-- Whatever goes wrong, the insert goes on. A wait for somebody's lock happens once a transaction: from
-- then on its guards sleep, and the next sweep does their work. A statement_timeout that runs out
-- in here would fail an insert that was done in time without us, so it is passed over. It will not
-- come again for this statement, so the guards that follow in it look at the clock. A cancel of any
-- other kind is somebody's will. Which it was is told by the message, and where that is in another
-- language by the clock, which may begin later than the timeout did: at the execution, not at the
-- parsing.
  when query_canceled then
    if pg_catalog.current_setting('seqwarden.gave_up', true) operator(pg_catalog.<>) ''
       or pg_catalog.current_setting('statement_timeout') operator(pg_catalog.=) '0'
       or sqlerrm operator(pg_catalog.<>) 'canceling statement due to statement timeout'
          and pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp()
              operator(pg_catalog.+) pg_catalog.interval '10 ms' operator(pg_catalog.<)
              pg_catalog.current_setting('statement_timeout')::pg_catalog.interval then
      raise;
    end if;
    perform pg_catalog.set_config(
      'seqwarden.gave_up', pg_catalog.statement_timestamp()::pg_catalog.text, true);
    return null;
  when lock_not_available or deadlock_detected then
    perform pg_catalog.set_config('seqwarden.gave_up', 'lock', true);
    return null;
  when others then
    return null;
