-- seqwarden: guard of {{title}}, the form for applications: once a statement.
-- Runs with its owner's rights and the caller's search_path, hence every name and operator is
-- qualified, and a variable beside columns by the label, as a column may have its name.
<<guard>>
declare
  furthest {{type}};
  within {{type}};
  bound pg_catalog.numeric;
begin
{{gave_up}}
  furthest := (select pg_catalog.{{extreme}}(n.{{column}}) from seqwarden_inserted as n);
  if furthest operator(pg_catalog.{{not_beyond}})
     pg_catalog.pg_sequence_last_value({{sequence}}::pg_catalog.regclass) then
    return null;
  end if;
  if furthest is null
     or pg_catalog.lower(pg_catalog.current_setting('seqwarden.guard', true))
        operator(pg_catalog.=) any (array['off', 'false', 'no', '0']) then
    return null;
  end if;
  bound := seqwarden.bound_of({{sequence}}::pg_catalog.regclass, {{lo}}, {{hi}});
  within := furthest;
  if furthest operator(pg_catalog.{{beyond}}) bound then
    within := (select pg_catalog.{{extreme}}(n.{{column}}) from seqwarden_inserted as n
                where n.{{column}} operator(pg_catalog.{{not_beyond}}) guard.bound);
  end if;
  perform seqwarden.follow(
    {{sequence}}::pg_catalog.regclass, pg_catalog.{{round}}(furthest::pg_catalog.numeric),
    pg_catalog.{{round}}(within::pg_catalog.numeric), {{lo}}, {{hi}}, 'guard');
  return null;
exception
{{failures}}
end
