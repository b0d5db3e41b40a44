-- Events that became visible since a snapshot: rows of transactions that were running or unborn
-- then. Rows from before are known; late commits are not missed.
select e.id, e.at, e.sequence, e.source, e.before, e.after, e.mark::text as mark, e.reason,
       e."session_user" as session_name, e.role, e.application_name,
       pg_catalog.host(e.client_addr) as client_addr
  from seqwarden.event as e
 where e.xact >= ?::pg_catalog.xid8
 order by e.id desc
 limit ?
