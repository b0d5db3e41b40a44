package io.seqwarden.repair;

import io.seqwarden.catalog.Watched;
import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.ObjectName;
import io.seqwarden.postgres.SqlTemplate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What should be installed for a set of watched sequences, and by which steps a database gets
 * there. Decides without I/O.
 */
final class InstallPlan {

  private static final int FUNCTIONS_A_STEP = 50;
  private static final Pattern GUARD_FUNCTION = Pattern.compile("guard_(apply_)?[0-9a-f]{16}");

  private final InstallSettings settings;
  private final SchemaScript schema;
  private final Map<Long, List<Guard>> guards = new LinkedHashMap<>();
  private final Map<ObjectName, List<Watched>> tables = new LinkedHashMap<>();

  InstallPlan(InstallSettings settings, List<Watched> watched) {
    this.settings = settings;
    this.schema = new SchemaScript(settings, watched);
    for (Watched entry : watched) {
      if (Guard.allowed(entry.sequence(), entry.policy()) && SchemaScript.comparable(entry)) {
        plan(entry);
      }
    }
  }

  private void plan(Watched entry) {
    for (FedColumn column : entry.sequence().columns()) {
      List<Watched> feeding = tables.computeIfAbsent(column.table(), table -> new ArrayList<>());
      if (!feeding.contains(entry)) {
        feeding.add(entry);
      }
      for (FedColumn.Member member : column.members()) {
        List<Guard> ofTable = guards.computeIfAbsent(member.oid(), oid -> new ArrayList<>());
        ofTable.add(
            new Guard(
                member, ofTable.size() + 1, column, entry.sequence(), SchemaScript.bounds(entry)));
      }
    }
  }

  SchemaScript schema() {
    return schema;
  }

  ShortForms shortForms() {
    return new ShortForms(settings, tables);
  }

  Map<Long, List<Guard>> guards() {
    return guards;
  }

  /** The oids of sequences of which some table lacks its enabled, current guard. */
  Set<Long> lacking(Inspection found) {
    Map<String, String> bodies = found.sharedBodies();
    return guards.values().stream()
        .flatMap(List::stream)
        .filter(guard -> !current(guard, found, bodies))
        .map(guard -> guard.sequence().oid())
        .collect(Collectors.toSet());
  }

  /** Where no trigger runs the guard, its body need not be made and compared. */
  private static boolean current(Guard guard, Inspection found, Map<String, String> bodies) {
    return fires(found, guard)
        && Functions.isStored(guard.statementBody(), bodies.get(guard.statementFunction()));
  }

  /** A table that was swapped with another by name may still run the other's function. */
  private static boolean fires(Inspection found, Guard guard) {
    Inspection.Trigger trigger =
        found.triggers().getOrDefault(guard.member().oid(), Map.of()).get(guard.statementTrigger());
    return trigger != null
        && trigger.function().equals(guard.statementFunction())
        && (trigger.enabled() == 'O' || trigger.enabled() == 'A');
  }

  /** Steps that make schema seqwarden current; none where it is. */
  List<Step> schemaSteps(Inspection found, boolean withEvent) {
    List<String> statements = new ArrayList<>();
    List<String> open = new ArrayList<>(found.openToPublic());
    if (!schema.version().equals(found.facts().version().orElse(""))
        || !found.sharedBodies().containsKey("sync_all")) {
      statements.add(schema.functions());
      open.addAll(schema.namesBeside(found.sharedBodies().keySet()));
    }
    if (!open.isEmpty()) {
      statements.add(Functions.revoke(Installation.SCHEMA, open));
    }
    if (!statements.isEmpty()) {
      for (String role : settings.syncExecute()) {
        statements.add(
            """
            grant usage on schema seqwarden to %1$s;
            grant execute on function seqwarden.sync(regclass), seqwarden.sync_all(),
              seqwarden.advance(regclass, bigint) to %1$s"""
                .formatted(SqlTemplate.identifier(role)));
      }
    }
    if (withEvent && !found.facts().hasEvent()) {
      statements.add(schema.event());
    }
    if (statements.isEmpty()) {
      return List.of();
    }
    return List.of(
        new Step(
            "schema",
            "schema seqwarden",
            statements,
            "GRANT CREATE ON DATABASE %s TO %s"
                .formatted(found.facts().database(), found.facts().role())));
  }

  /** Steps for the functions that triggers run: no table is locked by them. */
  List<Step> functionSteps(Inspection found) {
    Map<String, String> bodies = found.sharedBodies();
    List<TriggerFunction> stale = new ArrayList<>();
    guards.values().stream()
        .flatMap(List::stream)
        .flatMap(InstallPlan::functionsOf)
        .filter(function -> !Functions.isStored(function.body(), bodies.get(function.name())))
        .forEach(stale::add);
    List<Step> steps = new ArrayList<>();
    for (int from = 0; from < stale.size(); from += FUNCTIONS_A_STEP) {
      List<TriggerFunction> part =
          stale.subList(from, Math.min(from + FUNCTIONS_A_STEP, stale.size()));
      List<String> statements = new ArrayList<>(part.stream().map(this::create).toList());
      statements.add(
          Functions.revoke(Installation.SCHEMA, part.stream().map(TriggerFunction::name).toList()));
      steps.add(new Step("functions", "guard functions", statements, "own schema seqwarden"));
    }
    return steps;
  }

  private record TriggerFunction(String name, String body) {}

  private static Stream<TriggerFunction> functionsOf(Guard guard) {
    Stream.Builder<TriggerFunction> functions = Stream.builder();
    if (guard.hasStatementForm()) {
      functions.add(new TriggerFunction(guard.statementFunction(), guard.statementBody()));
    }
    if (guard.hasRowForm()) {
      functions.add(new TriggerFunction(guard.rowFunction(), guard.rowBody()));
    }
    return functions.build();
  }

  private String create(TriggerFunction function) {
    return """
        create or replace function seqwarden.%1$s() returns trigger
        language plpgsql stable security definer set lock_timeout = '%2$sms' as %3$s"""
        .formatted(
            function.name(),
            Long.toString(Math.max(1, settings.timeouts().lock().toMillis())),
            SqlTemplate.literal(Functions.stored(function.body())));
  }

  /** A step for each table whose triggers are not as they should be. */
  List<Step> triggerSteps(Inspection found, Map<Long, Inspection.TableRights> rights) {
    List<Step> steps = new ArrayList<>();
    guards.forEach(
        (oid, ofTable) -> {
          Inspection.TableRights right = rights.get(oid);
          if (right != null) {
            tableStep(oid, ofTable, found, right.owned()).ifPresent(steps::add);
          }
        });
    return steps;
  }

  private static Optional<Step> tableStep(
      long oid, List<Guard> ofTable, Inspection found, boolean owned) {
    Map<String, Inspection.Trigger> there =
        new HashMap<>(found.triggers().getOrDefault(oid, Map.of()));
    String table = ofTable.get(0).member().table().quoted();
    List<String> statements = new ArrayList<>();
    List<String> drops = new ArrayList<>();
    for (Guard guard : ofTable) {
      if (guard.hasStatementForm()) {
        Inspection.Trigger statement = there.remove(guard.statementTrigger());
        if (!fits(statement, guard.statementFunction(), 'O')) {
          drop(statement, table, drops);
          statements.add(statementTrigger(guard, table));
        }
      }
      Inspection.Trigger row = there.remove(guard.rowTrigger());
      if (guard.hasRowForm() && owned && !fits(row, guard.rowFunction(), 'R')) {
        drop(row, table, drops);
        statements.add(rowTrigger(guard, table));
      }
    }
    there.values().forEach(stale -> drop(stale, table, drops));
    // The strongest lock first: to raise a lock is to wait a second time while writers wait.
    statements.addAll(0, drops);
    return statements.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Step(
                "table " + table,
                "the guard on " + table,
                statements,
                "GRANT TRIGGER ON %s, or ownership of it".formatted(table),
                Optional.of(ofTable.get(0).column().table().quoted())));
  }

  private static boolean fits(Inspection.@Nullable Trigger trigger, String function, char enabled) {
    return trigger != null && trigger.function().equals(function) && trigger.enabled() == enabled;
  }

  private static void drop(
      Inspection.@Nullable Trigger trigger, String table, List<String> statements) {
    if (trigger != null) {
      statements.add(
          "drop trigger if exists %s on %s"
              .formatted(SqlTemplate.identifier(trigger.name()), table));
    }
  }

  private static String statementTrigger(Guard guard, String table) {
    return """
        create trigger %s after insert on %s
        referencing new table as seqwarden_inserted
        for each statement execute function seqwarden.%s()"""
        .formatted(guard.statementTrigger(), table, guard.statementFunction());
  }

  private static String rowTrigger(Guard guard, String table) {
    return """
        create trigger %1$s after insert on %2$s
        for each row execute function seqwarden.%3$s();
        alter table %2$s enable replica trigger %1$s"""
        .formatted(guard.rowTrigger(), table, guard.rowFunction());
  }

  /** Steps that drop guards of tables that are no longer watched, table by table. */
  List<Step> staleTriggerSteps(Inspection found) {
    List<Step> steps = new ArrayList<>();
    found
        .triggers()
        .forEach(
            (oid, there) -> {
              if (!guards.containsKey(oid)) {
                steps.add(dropTriggers(there));
              }
            });
    return steps;
  }

  static Step dropTriggers(Map<String, Inspection.Trigger> there) {
    Inspection.Trigger first = there.values().iterator().next();
    String table = first.table();
    List<String> statements = new ArrayList<>();
    new TreeMap<>(there).values().forEach(trigger -> drop(trigger, table, statements));
    return new Step(
        "drop " + table,
        "the guard on " + table,
        statements,
        "own the table " + table,
        Optional.of(first.tree()));
  }

  /** What is not guarded, though its policy allows it. */
  List<String> leftOut() {
    return guards.values().stream()
        .flatMap(List::stream)
        .filter(guard -> !guard.hasStatementForm())
        .map(
            guard ->
                "%s has no guard, since some of its partitions are foreign tables, and PostgreSQL fails inserts into those under a trigger like the guard's: ids inserted through it are left to the sweeps"
                    .formatted(guard.member().table()))
        .toList();
  }

  /** Whether schema seqwarden has guard functions that nothing here asks for. */
  boolean hasOrphans(Inspection found) {
    return !orphans(found).isEmpty();
  }

  /** Steps that drop functions of guards whose tables are gone, or have other names by now. */
  List<Step> orphanSteps(Inspection found) {
    Set<String> used =
        found.triggers().values().stream()
            .flatMap(there -> there.values().stream())
            .map(Inspection.Trigger::function)
            .collect(Collectors.toSet());
    List<String> statements =
        orphans(found).stream()
            .filter(name -> !used.contains(name))
            .map(
                name ->
                    "drop function if exists seqwarden.%s()"
                        .formatted(SqlTemplate.identifier(name)))
            .toList();
    return statements.isEmpty()
        ? List.of()
        : List.of(new Step("orphans", "unused guard functions", statements, "own them"));
  }

  private List<String> orphans(Inspection found) {
    Set<String> wanted =
        guards.values().stream()
            .flatMap(List::stream)
            .flatMap(InstallPlan::functionsOf)
            .map(TriggerFunction::name)
            .collect(Collectors.toSet());
    return found.sharedBodies().keySet().stream()
        .filter(name -> GUARD_FUNCTION.matcher(name).matches() && !wanted.contains(name))
        .sorted()
        .toList();
  }

  /** All of it for a database without our objects, as a script for psql. */
  String script() {
    Inspection nothing = Inspection.nothing();
    Map<Long, Inspection.TableRights> rights =
        guards.keySet().stream()
            .collect(Collectors.toMap(oid -> oid, oid -> new Inspection.TableRights(true, true)));
    List<Step> steps = new ArrayList<>(schemaSteps(nothing, settings.events().inDatabase()));
    steps.addAll(functionSteps(nothing));
    steps.addAll(triggerSteps(nothing, rights));
    steps.addAll(shortForms().steps(nothing, new ArrayList<>()));
    StringBuilder script = new StringBuilder();
    for (Step step : steps) {
      script.append("-- ").append(Guard.oneLine(step.subject())).append("\nbegin;\n");
      step.statements()
          .forEach(sql -> script.append(sql.stripTrailing().replaceAll(";$", "")).append(";\n"));
      script.append("commit;\n\n");
    }
    return script.toString();
  }
}
