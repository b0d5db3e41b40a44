-- What the server is, asked at every sweep: after a failover the same configuration may have
-- reached another one. default_transaction_read_only is what new transactions would get; the
-- transaction that asks is read-only itself.
select pg_catalog.current_setting('server_version_num')::pg_catalog.int4 as version_num,
       pg_catalog.pg_is_in_recovery() as standby,
       pg_catalog.current_setting('default_transaction_read_only')::pg_catalog.bool as read_only,
       pg_catalog.current_setting('max_locks_per_transaction')::pg_catalog.int8
         * (pg_catalog.current_setting('max_connections')::pg_catalog.int8
            + pg_catalog.current_setting('max_prepared_transactions')::pg_catalog.int8) as locks
