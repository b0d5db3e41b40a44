-- Runs the statement that seqwarden.statement holds, inside of one constant text: however many
-- tables are guarded, pg_stat_statements keeps one entry of it and does not lose the application's.
do $seqwarden$
begin
  execute pg_catalog.current_setting('seqwarden.statement');
end
$seqwarden$
