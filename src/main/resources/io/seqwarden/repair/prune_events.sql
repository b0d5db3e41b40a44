-- Keeps what events.keep and events.max-rows allow; the oldest go first, some at a time.
delete from seqwarden.event
 where id in (
   select e.id
     from seqwarden.event as e
    where e.at < pg_catalog.clock_timestamp() - ? * interval '1 millisecond'
       or e.id <= (select k.id from seqwarden.event as k order by k.id desc offset ? limit 1)
    order by e.id
    limit 10000)
