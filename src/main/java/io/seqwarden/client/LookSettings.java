package io.seqwarden.client;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The settings of a look, all local to a transaction. */
final class LookSettings {

  private static final String BEGIN = Resources.load("begin.sql");

  /** Those that a look changes, discovery's included. */
  private static final List<String> CHANGED =
      List.of(
          "search_path",
          "row_security",
          "jit",
          "lock_timeout",
          "statement_timeout",
          "enable_nestloop",
          "max_parallel_workers_per_gather",
          "work_mem");

  private static final String SAVE = each("pg_catalog.current_setting('%s')");
  private static final String RESTORE = each("pg_catalog.set_config('%s', ?, true)");

  private final RetrySettings settings;

  LookSettings(RetrySettings settings) {
    this.settings = settings;
  }

  private static String each(String expression) {
    return "select " + String.join(", ", CHANGED.stream().map(expression::formatted).toList());
  }

  void apply(Connection connection) throws SQLException {
    try (PreparedStatement begin = connection.prepareStatement(BEGIN)) {
      begin.setString(1, Long.toString(settings.lockTimeout().toMillis()));
      begin.setString(2, Long.toString(settings.statementTimeout().toMillis()));
      begin.execute();
    }
  }

  /** What they are, for {@link #restore}. */
  static List<String> saved(Connection connection) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(SAVE);
        ResultSet row = query.executeQuery()) {
      row.next();
      List<String> values = new ArrayList<>();
      for (int column = 1; column <= CHANGED.size(); column++) {
        values.add(row.getString(column));
      }
      return values;
    }
  }

  static void restore(Connection connection, List<String> values) throws SQLException {
    try (PreparedStatement set = connection.prepareStatement(RESTORE)) {
      for (int parameter = 1; parameter <= values.size(); parameter++) {
        set.setString(parameter, values.get(parameter - 1));
      }
      set.execute();
    }
  }
}
