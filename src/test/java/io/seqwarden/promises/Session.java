package io.seqwarden.promises;

import static org.awaitility.Awaitility.await;

import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A session whose statements may have to wait for another's. Not thread-safe. */
final class Session implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final TestDatabase db;
  private final Connection connection;
  private final long pid;

  Session(TestDatabase db) throws SQLException {
    this.db = db;
    this.connection = db.connect();
    this.pid = Long.parseLong(run("select pg_backend_pid()"));
  }

  /** Runs a statement and gives the first value of its first row, as text; empty without one. */
  String run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return "";
      }
      try (ResultSet row = statement.getResultSet()) {
        @Nullable String value = row.next() ? row.getString(1) : null;
        return value == null ? "" : value;
      }
    }
  }

  /** Runs a statement that has to wait, and returns once it waits for a lock. */
  CompletableFuture<String> runAndWait(String sql) {
    CompletableFuture<String> result = start(sql);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> result.isDone() || waits());
    return result;
  }

  /** Runs a statement beside the test's own. */
  CompletableFuture<String> start(String sql) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return run(sql);
          } catch (SQLException e) {
            throw new CompletionException(e);
          }
        },
        task -> new Thread(task, "session " + pid).start());
  }

  /** What {@link #start} gave, in the end. */
  static String result(CompletableFuture<String> started) throws Exception {
    return started.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Whether the session waits for a lock. */
  private boolean waits() throws SQLException {
    return db.one("select count(*) from pg_locks where not granted and pid = " + pid).equals("1");
  }

  /** Whether the session waits for this advisory lock. */
  boolean waitsFor(int key) throws SQLException {
    return db.one(
            "select count(*) from pg_locks where not granted and locktype = 'advisory' and objid = "
                + key
                + " and pid = "
                + pid)
        .equals("1");
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
