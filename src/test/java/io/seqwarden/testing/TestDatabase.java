package io.seqwarden.testing;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A database that one test has to itself, empty at first, dropped after the test with everything in
 * it. Thread-safe, as far as a test's own statements are.
 *
 * <p>What {@code DROP DATABASE} cannot remove the test removes itself: prepared transactions,
 * replication slots and subscriptions.
 */
public final class TestDatabase implements AutoCloseable {

  /** The role that owns the database. It needs no password, like every other role here. */
  public static final String SUPERUSER = "postgres";

  private static final String OUR_APPLICATION_NAME = "seqwarden";

  /** A backend goes a moment later than its client. */
  private static final Duration FAREWELL = Duration.ofSeconds(3);

  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final PostgresServers.Server server;
  private final String name;

  /** Guarded by this. */
  private final List<String> roles = new ArrayList<>();

  private TestDatabase(PostgresServers.Server server, String name) {
    this.server = server;
    this.name = name;
  }

  /**
   * A database for a test that picks its majors itself, or takes one for many cases. Who creates it
   * closes it.
   *
   * @param hint a part of its name
   */
  public static TestDatabase create(int major, String hint) throws SQLException {
    PostgresServers.Server server = PostgresServers.server(major);
    TestDatabase database = new TestDatabase(server, uniqueName("test", hint));
    database.executeOutside("create database %s template template0".formatted(database.name));
    return database;
  }

  /** The URL without a user: give {@link #SUPERUSER} or a role of {@link #createRole}. */
  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port(), name);
  }

  /** The database's name: lower case, no quoting needed. */
  public String name() {
    return name;
  }

  /** The server's TCP port on 127.0.0.1. */
  public int port() {
    return server.port();
  }

  /** The server's major version, as {@code 18}. */
  public int major() {
    return server.major();
  }

  /** A new connection as the superuser. The caller closes it. */
  public Connection connect() throws SQLException {
    return connectAs(SUPERUSER);
  }

  /** A new connection as this role, which must exist. The caller closes it. */
  public Connection connectAs(String user) throws SQLException {
    return DriverManager.getConnection(jdbcUrl() + "?ApplicationName=test&user=" + user);
  }

  /** Runs these statements as the superuser, one after the other, each in its own transaction. */
  public void execute(String... sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String each : sql) {
        statement.execute(each);
      }
    }
  }

  /** The rows of a query as the superuser, each value as the driver's {@code getObject} has it. */
  public List<List<@Nullable Object>> rows(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      List<List<@Nullable Object>> rows = new ArrayList<>();
      while (result.next()) {
        List<@Nullable Object> row = new ArrayList<>(columns);
        for (int column = 1; column <= columns; column++) {
          row.add(result.getObject(column));
        }
        rows.add(Collections.unmodifiableList(row));
      }
      return Collections.unmodifiableList(rows);
    }
  }

  /**
   * The single value of a query as the superuser, as text.
   *
   * @throws AssertionError if there is not exactly one row with one value, or the value is null
   */
  public String one(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      if (result.getMetaData().getColumnCount() != 1 || !result.next()) {
        throw new AssertionError("Not a single value: " + sql);
      }
      String value = result.getString(1);
      if (value == null || result.next()) {
        throw new AssertionError((value == null ? "Null: " : "More than one row: ") + sql);
      }
      return value;
    }
  }

  /**
   * Creates a role that may log in and nothing else, dropped with the database, with what it owns.
   *
   * @param prefix what its name begins with
   * @return its name: lower case, no quoting needed
   */
  public String createRole(String prefix) throws SQLException {
    String role = uniqueName(prefix, "role");
    executeOutside("create role %s login".formatted(role));
    synchronized (this) {
      roles.add(role);
    }
    return role;
  }

  /**
   * Drops database and roles.
   *
   * @throws AssertionError if the test left sessions of ours or advisory locks behind
   */
  @Override
  public void close() throws SQLException {
    List<String> leaks = leaks();
    drop();
    if (!leaks.isEmpty()) {
      throw new AssertionError("The test left behind: " + String.join("; ", leaks));
    }
  }

  private List<String> leaks() throws SQLException {
    try {
      await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(50))
          .atMost(FAREWELL)
          .until(() -> leaksNow().isEmpty());
      return List.of();
    } catch (ConditionTimeoutException e) {
      return leaksNow();
    }
  }

  private List<String> leaksNow() throws SQLException {
    List<String> leaks = new ArrayList<>();
    for (List<@Nullable Object> row :
        rows(
            """
            select 'a session of %1$s, pid ' || pid || ', ' || coalesce(state, '?') || ': ' || query
              from pg_catalog.pg_stat_activity
             where datname = pg_catalog.current_database() and application_name = '%1$s'
             union all
            select 'an advisory lock, pid ' || coalesce(pid::text, 'none') || ', '
                   || classid || '/' || objid || ', ' || mode
              from pg_catalog.pg_locks
             where locktype = 'advisory'
               and database = (select oid from pg_catalog.pg_database
                                where datname = pg_catalog.current_database())
             order by 1
            """
                .formatted(OUR_APPLICATION_NAME))) {
      leaks.add(String.valueOf(row.get(0)));
    }
    return leaks;
  }

  private synchronized void drop() throws SQLException {
    // Whoever is still there could hold locks that DROP OWNED would wait for.
    execute(
        "select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity"
            + " where datname = pg_catalog.current_database()"
            + " and pid <> pg_catalog.pg_backend_pid()");
    for (String role : roles) {
      execute("set lock_timeout = '5s'; drop owned by %s cascade".formatted(role));
    }
    executeOutside("drop database %s with (force)".formatted(name));
    for (String role : roles) {
      executeOutside("drop role %s".formatted(role));
    }
  }

  private void executeOutside(String sql) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** At most 63 bytes, which is where PostgreSQL cuts a name. */
  private static String uniqueName(String prefix, String hint) {
    String readable = (prefix + "_" + hint).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    String cut = readable.substring(0, Math.min(readable.length(), 50));
    return cut + "_" + COUNTER.incrementAndGet();
  }
}
