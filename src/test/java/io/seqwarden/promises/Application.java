package io.seqwarden.promises;

import static org.awaitility.Awaitility.await;

import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Application sessions that run a statement each, over and over, and a watcher that asks the server
 * how long any of them waited for a lock behind a session of seqwarden.
 */
final class Application implements AutoCloseable {

  private static final String NAME = "application";

  /** Those of ours that wait, behind a lock that seqwarden holds or a queue that it stands in. */
  private static final String BEHIND_SEQWARDEN =
      """
      select a.pid
        from pg_stat_activity as a
       where a.application_name = '%s'
         and a.wait_event_type = 'Lock'
         and exists (
               select from unnest(pg_blocking_pids(a.pid)) as b (pid)
                 join pg_stat_activity as s on s.pid = b.pid
                where s.application_name = 'seqwarden')
      """
          .formatted(NAME);

  private static final int MANY = 20;

  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final List<AtomicLong> counts = new ArrayList<>();
  private final AtomicLong slowestNanos = new AtomicLong();
  private final AtomicLong longestBehindNanos = new AtomicLong();
  private volatile boolean stopped;

  /** Starts a session for each statement, on the database with that URL. */
  Application(TestDatabase db, String... statements) {
    String url = db.jdbcUrl() + "?user=" + TestDatabase.SUPERUSER + "&ApplicationName=" + NAME;
    for (String sql : statements) {
      AtomicLong count = new AtomicLong();
      counts.add(count);
      start(() -> loop(url, sql, count));
    }
    start(() -> watch(db));
  }

  private interface Task {
    void run() throws SQLException;
  }

  private void start(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (SQLException | RuntimeException failure) {
                failures.add(failure);
              }
            },
            NAME);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void loop(String url, String sql, AtomicLong count) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      while (!stopped) {
        long started = System.nanoTime();
        statement.execute(sql);
        slowestNanos.accumulateAndGet(System.nanoTime() - started, Math::max);
        count.incrementAndGet();
      }
    }
  }

  private void watch(TestDatabase db) throws SQLException {
    Map<Long, Long> since = new HashMap<>();
    try (Connection connection = db.connect();
        Statement statement = connection.createStatement()) {
      while (!stopped) {
        List<Long> waiting = new ArrayList<>();
        try (ResultSet row = statement.executeQuery(BEHIND_SEQWARDEN)) {
          while (row.next()) {
            waiting.add(row.getLong(1));
          }
        }
        long now = System.nanoTime();
        since.keySet().retainAll(waiting);
        for (Long pid : waiting) {
          long first = since.computeIfAbsent(pid, unused -> now);
          longestBehindNanos.accumulateAndGet(now - first, Math::max);
        }
      }
    }
  }

  /** Waits until each session has run some more statements, and forgets how long they took. */
  Duration baseline() {
    awaitProgress();
    return Duration.ofNanos(slowestNanos.getAndSet(0));
  }

  /** Waits until each session has run some more statements. */
  void awaitProgress() {
    List<Long> before = counts.stream().map(AtomicLong::get).toList();
    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(
            () -> {
              for (int i = 0; i < before.size(); i++) {
                if (counts.get(i).get() < before.get(i) + MANY) {
                  return !failures.isEmpty();
                }
              }
              return true;
            });
  }

  /** The slowest statement since {@link #baseline}. */
  Duration slowest() {
    return Duration.ofNanos(slowestNanos.get());
  }

  /** The longest time for which any session was seen to wait behind seqwarden. */
  Duration longestBehindSeqwarden() {
    return Duration.ofNanos(longestBehindNanos.get());
  }

  List<Throwable> failures() {
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    stopped = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
