package io.seqwarden.client;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks a database which sequences feed which columns, as the daemon's discovery does and with its
 * text. Thread-safe.
 */
final class Feeds {

  private static final String VIOLATED = Resources.load("violated.sql");
  private static final String FED =
      Resources.load("fed.sql").replace("{{discovery}}", Resources.load(Resources.DISCOVERY));
  private static final String DISCOVERY_SETTINGS = Resources.load(Resources.DISCOVERY_SETTINGS);
  private static final String RESOLVE =
      "select pg_catalog.to_regclass(?)::pg_catalog.oid::pg_catalog.int8,"
          + " (select a.attnum from pg_catalog.pg_attribute as a"
          + " where a.attrelid = pg_catalog.to_regclass(?) and a.attname = ?"
          + " and a.attnum > 0 and not a.attisdropped),"
          + " pg_catalog.to_regclass(?)::pg_catalog.oid::pg_catalog.int8";

  private final List<Link> links;

  Feeds(List<Link> links) {
    this.links = links;
  }

  /**
   * The key of a violated index.
   *
   * @param table its table's oid; 0 where the index is gone
   * @param columns its columns in order, "" for an expression
   * @param maybeFed whether a sequence may feed one of them
   */
  record Key(long table, List<String> columns, boolean maybeFed) {}

  /** What the configured names stand for in this database; those of nothing are left out. */
  private record Resolved(
      List<Long> tables, List<Short> columns, List<Long> sequences, Map<Long, Link> bySequence) {}

  /** Looks up the violated index. */
  Key key(Connection connection, Violation violation) throws SQLException {
    Resolved resolved = resolve(connection);
    List<String> columns = new ArrayList<>();
    long table = 0;
    boolean maybeFed = false;
    try (PreparedStatement query = connection.prepareStatement(VIOLATED)) {
      query.setString(1, violation.schema());
      query.setString(2, violation.index());
      query.setArray(3, connection.createArrayOf("bigint", resolved.tables().toArray()));
      query.setArray(4, connection.createArrayOf("smallint", resolved.columns().toArray()));
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          table = row.getLong("table_oid");
          String column = row.getString("column_name");
          columns.add(column == null ? "" : column);
          maybeFed |= row.getBoolean("maybe_fed");
        }
      }
    }
    return new Key(table, columns, maybeFed);
  }

  /** The sequences that feed one of these columns of a table. */
  List<Feed> of(Connection connection, long table, List<String> columns) throws SQLException {
    return discover(connection, table, Optional.of(columns));
  }

  /** The sequences that feed a table. */
  List<Feed> of(Connection connection, long table) throws SQLException {
    return discover(connection, table, Optional.empty());
  }

  private List<Feed> discover(Connection connection, long table, Optional<List<String>> columns)
      throws SQLException {
    Resolved resolved = resolve(connection);
    try (Statement settings = connection.createStatement()) {
      settings.execute(DISCOVERY_SETTINGS);
    }
    Map<Long, Feed> feeds = new LinkedHashMap<>();
    try (PreparedStatement query = connection.prepareStatement(FED)) {
      query.setArray(1, connection.createArrayOf("bigint", resolved.tables().toArray()));
      query.setArray(2, connection.createArrayOf("smallint", resolved.columns().toArray()));
      query.setArray(3, connection.createArrayOf("bigint", resolved.sequences().toArray()));
      for (int parameter = 4; parameter <= 7; parameter++) {
        query.setLong(parameter, table);
      }
      for (int parameter = 8; parameter <= 9; parameter++) {
        if (columns.isPresent()) {
          query.setArray(parameter, connection.createArrayOf("text", columns.get().toArray()));
        } else {
          query.setNull(parameter, Types.ARRAY);
        }
      }
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          long sequence = row.getLong("sequence_oid");
          Optional<Link> link = Optional.ofNullable(resolved.bySequence().get(sequence));
          Optional<Feed> known = Optional.ofNullable(feeds.get(sequence));
          feeds.put(sequence, feed(row, known, link));
        }
      }
    }
    return List.copyOf(feeds.values());
  }

  private static Feed feed(ResultSet row, Optional<Feed> known, Optional<Link> link)
      throws SQLException {
    List<Feed.Column> columns = new ArrayList<>();
    known.ifPresent(feed -> columns.addAll(feed.columns()));
    columns.add(
        new Feed.Column(
            row.getLong("table_oid"),
            row.getInt("attnum"),
            row.getString("column_name"),
            row.getLong("base_type"),
            row.getInt("type_modifier"),
            row.getBoolean("indexed"),
            row.getBoolean("asked")));
    return new Feed(
        row.getLong("sequence_oid"),
        row.getString("sequence_quoted"),
        row.getLong("seqmin"),
        row.getLong("seqmax"),
        row.getLong("seqincrement"),
        row.getLong("seqcache"),
        row.getBoolean("seqcycle"),
        columns,
        link);
  }

  private Resolved resolve(Connection connection) throws SQLException {
    Resolved resolved =
        new Resolved(
            new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new LinkedHashMap<>());
    for (Link link : links) {
      try (PreparedStatement query = connection.prepareStatement(RESOLVE)) {
        query.setString(1, link.table());
        query.setString(2, link.table());
        query.setString(3, link.column());
        query.setString(4, link.sequence());
        try (ResultSet row = query.executeQuery()) {
          row.next();
          if (row.getLong(1) != 0 && row.getShort(2) != 0 && row.getLong(3) != 0) {
            resolved.tables().add(row.getLong(1));
            resolved.columns().add(row.getShort(2));
            resolved.sequences().add(row.getLong(3));
            resolved.bySequence().put(row.getLong(3), link);
          }
        }
      }
    }
    return resolved;
  }
}
