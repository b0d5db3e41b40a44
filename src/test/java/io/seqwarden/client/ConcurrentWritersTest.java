package io.seqwarden.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Many writers on a table without a guard, while an importer keeps writing ids of its own ahead of
 * the sequence: with the client none of them notices, with the widely copied recipe they fail.
 */
@ExtendWith(PostgresExtension.class)
class ConcurrentWritersTest {

  private static final int WRITERS = 32;
  private static final int INSERTS = 40;

  /** Long enough for a writer to come in between, short enough for hundreds of pushes. */
  private static final long PUSH_EVERY_MS = 5;

  private static final String INSERT = "insert into %s (writer) values (?) returning id";
  private static final String PUSH =
      "insert into %1$s (id, writer) select m.id + i, 'importer'"
          + " from (select coalesce(max(id), 0) as id from %1$s) as m, generate_series(1, 20) as i"
          + " on conflict do nothing";

  /** What a writer does to insert a row; the id that it got. */
  private interface Way {
    long insert(String writer) throws SQLException;
  }

  /** What came of all writers' inserts. */
  private record Outcome(Map<String, Long> ids, List<String> errors, int attempts, int pushed) {}

  @EveryMajor(ends = true)
  void noErrorReachesAWriterThatRetries(TestDatabase db) throws Exception {
    db.execute(
        "create table ticket (id bigserial primary key, writer text)",
        "create table copied (id bigserial primary key, writer text)");

    Outcome retrying = retrying(db);
    Outcome recipe = copiedRecipe(db);

    String counts =
        ("PostgreSQL %d, %d writers, %d inserts each, an importer pushing 20 ids every %d ms%n"
                + "  with the client: %d errors, %d attempts, %d ids imported%n"
                + "  with the copied recipe: %d errors, %d ids imported")
            .formatted(
                db.major(),
                WRITERS,
                INSERTS,
                PUSH_EVERY_MS,
                retrying.errors().size(),
                retrying.attempts(),
                retrying.pushed(),
                recipe.errors().size(),
                recipe.pushed());
    System.getLogger(ConcurrentWritersTest.class.getName()).log(System.Logger.Level.INFO, counts);
    assertThat(retrying.errors()).as(counts).isEmpty();
    assertThat(retrying.attempts()).as("some met drift").isGreaterThan(WRITERS * INSERTS);
    assertThat(recipe.errors()).as(counts).isNotEmpty().allMatch(error -> error.equals("23505"));
    // None lost, none doubled, and each is the row that its writer wrote.
    assertThat(retrying.ids()).hasSize(WRITERS * INSERTS);
    assertThat(written(db)).isEqualTo(retrying.ids());
  }

  /** Two retries with pools of their own, as two processes have them. */
  private static Outcome retrying(TestDatabase db) throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    try (HikariDataSource one = Pool.of(db, WRITERS / 2);
        HikariDataSource other = Pool.of(db, WRITERS / 2)) {
      List<SequenceRetry> retries = List.of(new SequenceRetry(one), new SequenceRetry(other));
      AtomicInteger turn = new AtomicInteger();
      Outcome outcome =
          write(
              db,
              "ticket",
              () -> {
                SequenceRetry retry = retries.get(turn.getAndIncrement() % 2);
                return writer ->
                    retry.call(
                        connection -> {
                          attempts.incrementAndGet();
                          return insert(connection, "ticket", writer);
                        });
              });
      return new Outcome(outcome.ids(), outcome.errors(), attempts.get(), outcome.pushed());
    }
  }

  private static Outcome copiedRecipe(TestDatabase db) throws Exception {
    try (HikariDataSource pool = Pool.of(db, WRITERS)) {
      return write(
          db,
          "copied",
          () ->
              writer -> {
                try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                  statement.execute(
                      "select setval('copied_id_seq',"
                          + " greatest((select max(id) from copied), 1))");
                  return insert(connection, "copied", writer);
                }
              });
    }
  }

  private static long insert(Connection connection, String table, String writer)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT.formatted(table))) {
      insert.setString(1, writer);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static Outcome write(TestDatabase db, String table, Callable<Way> ways) throws Exception {
    Map<String, Long> ids = new ConcurrentHashMap<>();
    ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
    ScheduledExecutorService importer = Executors.newSingleThreadScheduledExecutor();
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    AtomicInteger pushed = new AtomicInteger();
    try (Connection connection = db.connect();
        Statement push = connection.createStatement()) {
      Future<?> pushing =
          importer.scheduleWithFixedDelay(
              () -> push(push, table, pushed), 0, PUSH_EVERY_MS, TimeUnit.MILLISECONDS);
      List<Callable<@Nullable Void>> writers = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        String name = "writer " + writer + ", row ";
        Way way = ways.call();
        writers.add(
            () -> {
              for (int i = 0; i < INSERTS; i++) {
                try {
                  ids.put(name + i, way.insert(name + i));
                } catch (SQLException failure) {
                  errors.add(String.valueOf(failure.getSQLState()));
                }
              }
              return null;
            });
      }
      for (Future<@Nullable Void> done : threads.invokeAll(writers)) {
        done.get();
      }
      assertThat(pushing.isDone()).as("the importer went on to the end").isFalse();
      importer.shutdown();
      assertThat(importer.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      importer.shutdownNow();
      threads.shutdownNow();
    }
    return new Outcome(ids, List.copyOf(errors), WRITERS * INSERTS, pushed.get());
  }

  private static void push(Statement push, String table, AtomicInteger pushed) {
    try {
      pushed.addAndGet(push.executeUpdate(PUSH.formatted(table)));
    } catch (SQLException failure) {
      throw new IllegalStateException("The importer failed", failure);
    }
  }

  private static Map<String, Long> written(TestDatabase db) throws SQLException {
    Map<String, Long> written = new HashMap<>();
    for (List<@Nullable Object> row :
        db.rows("select writer, id from ticket where writer <> 'importer'")) {
      Long before = written.put((String) row.get(0), (Long) row.get(1));
      assertThat(before).as("row %s was written twice", row.get(0)).isNull();
    }
    return written;
  }
}
