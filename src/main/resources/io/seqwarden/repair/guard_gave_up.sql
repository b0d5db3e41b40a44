  -- Whoever waited in vain in this transaction sleeps to its end. A statement whose timeout was passed
  -- over is ended once it took as long by itself: no more than one timeout went by in a guard.
  if pg_catalog.current_setting('seqwarden.gave_up', true) operator(pg_catalog.<>) '' then
    if pg_catalog.current_setting('seqwarden.gave_up')
       operator(pg_catalog.=) pg_catalog.statement_timestamp()::pg_catalog.text
       and pg_catalog.current_setting('statement_timeout') operator(pg_catalog.<>) '0'
       and pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp()
           operator(pg_catalog.>)
           (pg_catalog.current_setting('statement_timeout')::pg_catalog.interval
            operator(pg_catalog.+)
            pg_catalog.current_setting('statement_timeout')::pg_catalog.interval) then
      raise exception using
        errcode = 'query_canceled', message = 'canceling statement due to statement timeout';
    end if;
    return null;
  end if;
