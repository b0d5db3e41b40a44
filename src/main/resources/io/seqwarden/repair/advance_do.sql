-- The advance without installed objects: needs SELECT and UPDATE on the sequence, nothing else.
-- DO takes no parameters and returns nothing, so they travel in settings local to the transaction.
do $seqwarden$
declare
  sequence constant regclass := current_setting('seqwarden.advance_sequence')::oid::regclass;
  target constant bigint := current_setting('seqwarden.advance_target');
  before_value bigint;
  reached bigint;
begin
{{advance}}
perform set_config('seqwarden.advance_before', coalesce(before_value::text, ''), true);
perform set_config('seqwarden.advance_reached', coalesce(reached::text, ''), true);
end
$seqwarden$
