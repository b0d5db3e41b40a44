package io.seqwarden.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;

/** Counts a server's sessions without a pause, all but its own. Thread-safe. */
public final class SessionWatch implements AutoCloseable {

  /** Sessions that are still being let in are there, and have said no name yet. */
  private static final String COUNT =
      "select count(*) from pg_catalog.pg_stat_activity"
          + " where backend_type = 'client backend' and application_name <> 'watch'";

  private final Connection connection;
  private final CompletableFuture<Void> counting;
  private volatile int most;
  private volatile boolean closed;

  private SessionWatch(Connection connection) {
    this.connection = connection;
    this.counting = CompletableFuture.runAsync(this::count, SessionWatch::start);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "session watch");
    thread.setDaemon(true);
    thread.start();
  }

  /** Begins to count. */
  public static SessionWatch of(PrivateServer server) throws SQLException {
    Connection connection = server.connect("postgres");
    try (Statement statement = connection.createStatement()) {
      statement.execute("set application_name = 'watch'");
    }
    return new SessionWatch(connection);
  }

  private void count() {
    try (Statement statement = connection.createStatement()) {
      while (!closed) {
        try (ResultSet row = statement.executeQuery(COUNT)) {
          row.next();
          most = Math.max(most, row.getInt(1));
        }
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** The most sessions that were there at once. */
  public int most() {
    if (counting.isCompletedExceptionally()) {
      counting.join();
    }
    return most;
  }

  @Override
  public void close() throws SQLException {
    closed = true;
    counting.exceptionally(failure -> null).join();
    connection.close();
  }
}
