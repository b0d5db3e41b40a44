-- Settings of the discovering transaction, local to it. The catalogs keep no statistics of our
-- intermediate results, and a planner that expects one row of each joins thousands by nested loops;
-- without those every join is linear. A few workers would save little and take them from others. There
-- are some eighty hash tables and stores, each of which may take work_mem: with 1 MB the discovery of
-- 10,000 sequences is as fast as with 32 MB and holds 52 MB at most instead of 73. What does not fit
-- goes into temporary files, so where these are limited it stays in memory.
select pg_catalog.set_config('enable_nestloop', 'off', true),
       pg_catalog.set_config('max_parallel_workers_per_gather', '0', true),
       pg_catalog.set_config(
         'work_mem',
         case when pg_catalog.current_setting('temp_file_limit') = '-1' then '1MB' else '32MB' end,
         true)
