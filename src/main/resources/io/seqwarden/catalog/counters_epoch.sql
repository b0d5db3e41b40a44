-- seqwarden: when the counters began.
-- Another text when counters may have begun anew: after a restart, a crash, a reset of the database's
-- counters or of one table's. Null where nothing is counted. Read before the counters: what begins
-- anew in between is seen by the next epoch, however the numbers then come out.
select pg_catalog.concat_ws(
         ' ',
         pg_catalog.pg_postmaster_start_time(),
         pg_catalog.pg_stat_get_bgwriter_stat_reset_time(),
         pg_catalog.pg_stat_get_db_stat_reset_time(d.oid)) as epoch
  from pg_catalog.pg_database as d
 where d.datname = pg_catalog.current_database()
   and pg_catalog.current_setting('track_counts')::pg_catalog.bool
   and not pg_catalog.pg_is_in_recovery()
