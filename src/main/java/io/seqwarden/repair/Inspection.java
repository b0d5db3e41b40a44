package io.seqwarden.repair;

import io.seqwarden.postgres.SqlResource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of ours a database holds, as its catalogs say.
 *
 * @param facts of the database and of schema seqwarden
 * @param functions functions of schema seqwarden and short forms, ours or not
 * @param triggers our triggers, by the oid of their table and their name
 */
record Inspection(Facts facts, List<Function> functions, Map<Long, Map<String, Trigger>> triggers) {

  private static final String FACTS = SqlResource.load(Inspection.class, "install_facts.sql");
  private static final String FUNCTIONS =
      SqlResource.load(Inspection.class, "installed_functions.sql");
  private static final String TRIGGERS =
      SqlResource.load(Inspection.class, "installed_triggers.sql");
  private static final String OWNED = SqlResource.load(Inspection.class, "owned_tables.sql");

  Inspection {
    functions = List.copyOf(functions);
    triggers = Map.copyOf(triggers);
  }

  record Facts(
      Optional<String> version,
      boolean schemaExists,
      boolean hasRelations,
      boolean hasEvent,
      boolean allTablesPublished,
      boolean ownsSchema,
      boolean mayCreate,
      String database,
      String role) {

    /** Whether schema seqwarden is there and somebody else's. */
    boolean foreignSchema() {
      return schemaExists && version.filter(v -> v.startsWith(Installation.MARK)).isEmpty();
    }
  }

  record Function(
      String schema, String name, String bodyMd5, boolean ours, long oid, List<String> grantees) {

    boolean shared() {
      return schema.equals(Installation.SCHEMA);
    }
  }

  /**
   * A trigger of ours.
   *
   * @param tree the topmost of the partitioned tables that its table is part of, or the table
   */
  record Trigger(String table, String tree, String name, char enabled, String function) {}

  record TableRights(boolean owned, boolean mayTrigger) {}

  /** What a database holds that was never installed to. */
  static Inspection nothing() {
    Facts facts =
        new Facts(Optional.empty(), false, false, false, false, true, true, "DATABASE", "ROLE");
    return new Inspection(facts, List.of(), Map.of());
  }

  static Inspection of(Connection connection) throws SQLException {
    return new Inspection(facts(connection), functions(connection), triggers(connection));
  }

  /** Functions of schema seqwarden that everybody may execute, as after a restore without ACLs. */
  List<String> openToPublic() {
    return functions.stream()
        .filter(function -> function.shared() && function.grantees().contains("public"))
        .map(Function::name)
        .toList();
  }

  /** The body's md5 of a function of schema seqwarden. */
  Map<String, String> sharedBodies() {
    Map<String, String> bodies = new HashMap<>();
    for (Function function : functions) {
      if (function.shared()) {
        bodies.put(function.name(), function.bodyMd5());
      }
    }
    return bodies;
  }

  /** The role's rights on tables, by oid; a table that is gone is left out. */
  static Map<Long, TableRights> rights(Connection connection, Collection<Long> tables)
      throws SQLException {
    Map<Long, TableRights> rights = new HashMap<>();
    try (PreparedStatement query = connection.prepareStatement(OWNED)) {
      query.setArray(1, connection.createArrayOf("bigint", tables.toArray()));
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          rights.put(
              row.getLong("table_oid"),
              new TableRights(row.getBoolean("owned"), row.getBoolean("may_trigger")));
        }
      }
    }
    return rights;
  }

  private static Facts facts(Connection connection) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(FACTS);
        ResultSet row = query.executeQuery()) {
      row.next();
      return new Facts(
          Optional.ofNullable(row.getString("version")),
          row.getBoolean("schema_exists"),
          row.getBoolean("has_relations"),
          row.getBoolean("has_event"),
          row.getBoolean("all_tables"),
          row.getBoolean("owns_schema"),
          row.getBoolean("may_create"),
          row.getString("database_name"),
          row.getString("role_name"));
    }
  }

  private static List<Function> functions(Connection connection) throws SQLException {
    List<Function> functions = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(FUNCTIONS);
        ResultSet row = query.executeQuery()) {
      while (row.next()) {
        functions.add(
            new Function(
                row.getString("schema_name"),
                row.getString("function_name"),
                row.getString("body_md5"),
                row.getBoolean("ours"),
                row.getLong("function_oid"),
                row.getString("grantees").lines().toList()));
      }
    }
    return functions;
  }

  private static Map<Long, Map<String, Trigger>> triggers(Connection connection)
      throws SQLException {
    Map<Long, Map<String, Trigger>> triggers = new HashMap<>();
    try (PreparedStatement query = connection.prepareStatement(TRIGGERS);
        ResultSet row = query.executeQuery()) {
      while (row.next()) {
        Trigger trigger =
            new Trigger(
                row.getString("table_name"),
                row.getString("tree_name"),
                row.getString("trigger_name"),
                row.getString("enabled").charAt(0),
                row.getString("function_name"));
        triggers
            .computeIfAbsent(row.getLong("table_oid"), oid -> new HashMap<>())
            .put(trigger.name(), trigger);
      }
    }
    return triggers;
  }
}
