-- seqwarden: guard of {{title}}, the form for replication apply, which fires row triggers only.
-- See the statement form, also for why it is STABLE. Writes one event a transaction, not one a row.
declare
  bound pg_catalog.numeric;
begin
{{gave_up}}
  if new.{{column}} operator(pg_catalog.{{not_beyond}})
     pg_catalog.pg_sequence_last_value({{sequence}}::pg_catalog.regclass) then
    return null;
  end if;
  if new.{{column}} is null
     or pg_catalog.lower(pg_catalog.current_setting('seqwarden.guard', true))
        operator(pg_catalog.=) any (array['off', 'false', 'no', '0']) then
    return null;
  end if;
  perform pg_catalog.set_config('seqwarden.once', 'on', true);
  bound := seqwarden.bound_of({{sequence}}::pg_catalog.regclass, {{lo}}, {{hi}});
  perform seqwarden.follow(
    {{sequence}}::pg_catalog.regclass, pg_catalog.{{round}}(new.{{column}}::pg_catalog.numeric),
    case when new.{{column}} operator(pg_catalog.{{not_beyond}}) bound
         then pg_catalog.{{round}}(new.{{column}}::pg_catalog.numeric) end, {{lo}}, {{hi}}, 'guard');
  perform pg_catalog.set_config('seqwarden.once', '', true);
  return null;
exception
{{failures}}
end
