-- seqwarden: guard of {{title}}, the form for applications: once a statement.
-- Runs with its owner's rights and the caller's search_path, hence every name and operator is
-- qualified, and a variable beside columns by the label, as a column may have its name. Declared
-- STABLE, which makes PL/pgSQL take no snapshot of its own for each expression: the only rows that
-- are read here are the transition table's, and what is called is volatile and does the writing.
<<guard>>
declare
  furthest {{type}};
  within {{type}};
  reached pg_catalog.int8;
  bound pg_catalog.numeric;
begin
  -- Plain inserts end here. Its one query is most of what a guard costs them, so it is as short as can
  -- be: no aggregate, and nothing else in its list. Where the sequence was never called, or a wait was
  -- given up, every id goes on.
  reached :=
    case when pg_catalog.current_setting('seqwarden.gave_up', true) operator(pg_catalog.<>) ''
         then {{nowhere}}
         else coalesce(
                pg_catalog.pg_sequence_last_value({{sequence}}::pg_catalog.regclass), {{nowhere}})
    end;
  perform from seqwarden_inserted as n
    where n.{{column}} operator(pg_catalog.{{beyond}}) guard.reached
    limit 1;
  if not found and reached operator(pg_catalog.<>) {{nowhere}} then
    return null;
  end if;
{{gave_up}}
  if pg_catalog.lower(pg_catalog.current_setting('seqwarden.guard', true))
     operator(pg_catalog.=) any (array['off', 'false', 'no', '0']) then
    return null;
  end if;
  furthest := (select pg_catalog.{{extreme}}(n.{{column}}) from seqwarden_inserted as n);
  if furthest is null then
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
