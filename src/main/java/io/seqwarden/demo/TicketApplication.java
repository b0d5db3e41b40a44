package io.seqwarden.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Two clients of the ticket table: an application that inserts plainly, and an importer that now
 * and then writes ids of its own, sometimes past the guard.
 */
public final class TicketApplication implements AutoCloseable {

  private static final Duration INSERT_EVERY = Duration.ofMillis(700);
  private static final Duration FIRST_IMPORT = Duration.ofSeconds(5);
  private static final Duration IMPORT_EVERY = Duration.ofSeconds(12);
  private static final String UNIQUE_VIOLATION = "23505";

  /** From so many ids ahead of the sequence on. */
  private static final String IMPORT =
      "insert into ticket (id, title) select s.last_value + %d + i, 'imported'"
          + " from ticket_id_seq as s, generate_series(1, 20) as i on conflict do nothing";

  private final DemoDatabase database;
  private final Consumer<String> tell;
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(
          2,
          work -> {
            Thread thread = new Thread(work, "seqwarden-demo-client");
            thread.setDaemon(true);
            return thread;
          });

  /** Confined to the importer's thread. */
  private boolean pastTheGuard = true;

  /** Confined to the application's thread. */
  private int failures;

  /**
   * Clients that are still to be started.
   *
   * @param tell is given a line for each thing that happens
   */
  public TicketApplication(DemoDatabase database, Consumer<String> tell) {
    this.database = database;
    this.tell = tell;
  }

  /** Starts both. */
  public void start() {
    // Neither ends by itself or throws, so there is nothing to learn from their futures.
    var unusedInserts =
        threads.scheduleWithFixedDelay(
            this::insert, 0, INSERT_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    var unusedImports =
        threads.scheduleWithFixedDelay(
            this::importIds,
            FIRST_IMPORT.toMillis(),
            IMPORT_EVERY.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private void insert() {
    try (Connection connection = connect("ticket application");
        PreparedStatement insert =
            connection.prepareStatement(
                "insert into ticket (title) values ('plain') returning id");
        ResultSet row = insert.executeQuery()) {
      row.next();
      if (failures > 0) {
        tell.accept("application: inserts work again, id " + row.getLong(1));
        failures = 0;
      }
    } catch (SQLException failure) {
      failures++;
      if (failure.getSQLState() != null && failure.getSQLState().equals(UNIQUE_VIOLATION)) {
        tell.accept(
            "application: insert failed with 23505, "
                + String.valueOf(failure.getMessage())
                    .lines()
                    .reduce("", (first, last) -> last)
                    .strip());
      } else if (!threads.isShutdown()) {
        tell.accept("application: insert failed, " + failure.getMessage());
      }
    }
  }

  private void importIds() {
    try (Connection connection = connect("nightly import");
        Statement statement = connection.createStatement()) {
      if (pastTheGuard) {
        statement.execute("set seqwarden.guard = off");
      }
      tell.accept(
          pastTheGuard
              ? "importer: writes 20 explicit ids with the guard switched off; ticket drifts"
              : "importer: writes 20 explicit ids; the guard pulls the sequence along");
      // Right in front of the application both may take the same id before the guard sees either.
      statement.execute(IMPORT.formatted(pastTheGuard ? 0 : 20));
      pastTheGuard = !pastTheGuard;
    } catch (SQLException failure) {
      if (!threads.isShutdown()) {
        tell.accept("importer: failed, " + failure.getMessage());
      }
    }
  }

  private Connection connect(String applicationName) throws SQLException {
    Connection connection = database.connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute("set application_name = '" + applicationName + "'");
    }
    return connection;
  }

  /** Stops both after what they are doing. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
