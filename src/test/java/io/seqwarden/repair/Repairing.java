package io.seqwarden.repair;

import io.seqwarden.catalog.Watched;
import io.seqwarden.drift.Bounds;
import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.Limits;
import io.seqwarden.drift.ObjectName;
import io.seqwarden.drift.Policy;
import io.seqwarden.drift.Sequence;
import io.seqwarden.postgres.ConnectionSettings;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.Databases;
import io.seqwarden.postgres.Timeouts;
import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the tests of this package share: a database to repair, and sequences by their names. */
final class Repairing implements AutoCloseable {

  static final Timeouts TIMEOUTS = new Timeouts(Duration.ofMillis(200), Duration.ofSeconds(5));

  private final TestDatabase test;
  private final Databases databases = new Databases(8);
  private final Database database;

  Repairing(TestDatabase test) {
    this(test, TestDatabase.SUPERUSER);
  }

  Repairing(TestDatabase test, String user) {
    this.test = test;
    this.database =
        databases.open(
            new ConnectionSettings("app", test.jdbcUrl(), Optional.of(user), Optional.empty(), 2));
  }

  Database database() {
    return database;
  }

  static InstallSettings settings(String... syncExecute) {
    return new InstallSettings(
        Limits.DEFAULT,
        TIMEOUTS,
        new EventSettings(Duration.ofDays(30), 1_000, true),
        List.of(syncExecute));
  }

  Installation installation(String... syncExecute) {
    return new Installation(database, settings(syncExecute), Clock.systemUTC());
  }

  /** Installs for {@code watched} and fails on any problem. */
  void install(Watched... watched) throws SQLException {
    Installation.Outcome outcome = installation().ensure(List.of(watched), false, () -> false);
    if (!outcome.problems().isEmpty()) {
      throw new AssertionError(outcome.problems().toString());
    }
  }

  /** A watched sequence that feeds {@code column} of {@code table}, and all that inherits. */
  Watched watched(String table, String column, String sequence) throws SQLException {
    return watched(table, column, sequence, Policy.DEFAULT);
  }

  Watched watched(String table, String column, String sequence, Policy policy) throws SQLException {
    try (Connection connection = test.connect()) {
      FedColumn fed = fed(connection, table, column);
      String sql =
          "select seqrelid, seqmin, seqmax, seqincrement, seqcache, seqcycle from pg_sequence where"
              + " seqrelid = ?::regclass";
      try (PreparedStatement query = connection.prepareStatement(sql)) {
        query.setString(1, sequence);
        try (ResultSet row = query.executeQuery()) {
          row.next();
          return new Watched(
              new Sequence(
                  row.getLong(1),
                  name(connection, row.getLong(1)),
                  row.getLong(2),
                  row.getLong(3),
                  row.getLong(4),
                  row.getLong(5),
                  row.getBoolean(6),
                  true,
                  List.of(fed)),
              policy);
        }
      }
    }
  }

  private static FedColumn fed(Connection connection, String table, String column)
      throws SQLException {
    List<FedColumn.Member> members = new ArrayList<>();
    String tree =
        "with recursive tree (oid) as (select ?::regclass::oid union all select i.inhrelid from"
            + " tree join pg_inherits i on i.inhparent = tree.oid) select tree.oid, c.relkind = 'p'"
            + " from tree join pg_class c on c.oid = tree.oid";
    try (PreparedStatement query = connection.prepareStatement(tree)) {
      query.setString(1, table);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          members.add(
              new FedColumn.Member(
                  row.getLong(1), name(connection, row.getLong(1)), row.getBoolean(2)));
        }
      }
    }
    String attribute =
        "select attnum, format_type(atttypid, atttypmod), quote_ident(attname), attname from"
            + " pg_attribute where attrelid = ?::regclass and attname = ?";
    try (PreparedStatement query = connection.prepareStatement(attribute)) {
      query.setString(1, table);
      query.setString(2, column);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return new FedColumn(
            members.get(0).oid(),
            members.get(0).table(),
            row.getString(4),
            row.getString(3),
            row.getInt(1),
            row.getString(2),
            range(row.getString(2)),
            FedColumn.Link.OWNED,
            true,
            FedColumn.Uniqueness.COLUMN,
            Optional.empty(),
            members);
      }
    }
  }

  private static Bounds range(String type) {
    return switch (type) {
      case "smallint" -> Bounds.of(Short.MIN_VALUE, Short.MAX_VALUE);
      case "integer" -> Bounds.of(Integer.MIN_VALUE, Integer.MAX_VALUE);
      default -> Bounds.of(Long.MIN_VALUE, Long.MAX_VALUE);
    };
  }

  private static ObjectName name(Connection connection, long oid) throws SQLException {
    String sql =
        "select n.nspname, c.relname, format('%I.%I', n.nspname, c.relname) from pg_class c join"
            + " pg_namespace n on n.oid = c.relnamespace where c.oid = ?";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setLong(1, oid);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return new ObjectName(row.getString(1), row.getString(2), row.getString(3));
      }
    }
  }

  @Override
  public void close() {
    databases.close();
  }
}
