package io.seqwarden.repair;

import io.seqwarden.catalog.Watched;
import io.seqwarden.drift.ObjectName;
import io.seqwarden.postgres.SqlTemplate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The functions {@code sync_<table>_sequence()} beside the guarded tables. Decides without I/O. */
final class ShortForms {

  /** PostgreSQL's NAMEDATALEN less one: what a name may have in bytes. */
  private static final int NAME_BYTES = 63;

  private static final SqlTemplate SYNC = SqlTemplate.load(ShortForms.class, "sync_table.sql");

  private final InstallSettings settings;
  private final Map<ObjectName, List<Watched>> tables;

  /** For the tables, each with the sequences that feed it. */
  ShortForms(InstallSettings settings, Map<ObjectName, List<Watched>> tables) {
    this.settings = settings;
    this.tables = tables;
  }

  /** Steps that make them current; {@code problems} gets what is in their place. */
  List<Step> steps(Inspection found, List<String> problems) {
    List<Step> steps = new ArrayList<>();
    Map<String, Inspection.Function> there = of(found);
    tables.forEach(
        (table, entries) -> {
          String name = name(table.name());
          String qualified = SqlTemplate.identifier(table.schema(), name);
          Inspection.Function function = there.remove(qualified);
          if (function != null && !function.ours()) {
            problems.add(
                "%s() is not seqwarden's and was left alone, so that %s has no short form: rename it, or call seqwarden.sync('%s')"
                    .formatted(qualified, table, table));
          } else {
            String body = body(table, entries);
            if (function == null
                || !Functions.isStored(body, function.bodyMd5())
                || !function.grantees().equals(settings.syncExecute().stream().sorted().toList())) {
              steps.add(step(table, qualified, body));
            }
          }
        });
    there.values().stream()
        .filter(Inspection.Function::ours)
        .forEach(stale -> steps.add(Functions.drop(stale)));
    return steps;
  }

  /** Functions that are called as short forms are, ours or not, by their quoted names. */
  static Map<String, Inspection.Function> of(Inspection found) {
    Map<String, Inspection.Function> there = new TreeMap<>();
    for (Inspection.Function function : found.functions()) {
      if (!function.shared()) {
        there.put(SqlTemplate.identifier(function.schema(), function.name()), function);
      }
    }
    return there;
  }

  private static String body(ObjectName table, List<Watched> entries) {
    String calls = String.join("\n", entries.stream().map(SchemaScript::call).toList());
    return SYNC.fill(Map.of("title", Guard.oneLine(table.quoted()), "calls", calls));
  }

  private Step step(ObjectName table, String qualified, String body) {
    List<String> statements = new ArrayList<>();
    statements.add(
        """
        create or replace function %s() returns void
        language plpgsql security definer set search_path = pg_catalog, pg_temp as %s"""
            .formatted(qualified, SqlTemplate.literal(Functions.stored(body))));
    statements.add(Functions.revoke(table.schema(), List.of(name(table.name()))));
    for (String role : settings.syncExecute()) {
      statements.add(
          "grant execute on function %s() to %s"
              .formatted(qualified, SqlTemplate.identifier(role)));
    }
    return new Step(
        "sync " + qualified,
        qualified + "()",
        statements,
        "GRANT CREATE ON SCHEMA " + SqlTemplate.identifier(table.schema()));
  }

  /** The name of a table's; past 63 bytes cut and ended by a hash of the whole. */
  static String name(String table) {
    String name = "sync_" + table + "_sequence";
    if (bytes(name) <= NAME_BYTES) {
      return name;
    }
    String ending = "_" + Guard.md5(table).substring(0, 8);
    int end = name.length();
    while (bytes(name.substring(0, end)) + ending.length() > NAME_BYTES) {
      end = name.offsetByCodePoints(end, -1);
    }
    return name.substring(0, end) + ending;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
