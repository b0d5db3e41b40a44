package io.seqwarden.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.drift.Judge;
import io.seqwarden.drift.Limits;
import io.seqwarden.drift.Observation;
import io.seqwarden.drift.Reason;
import io.seqwarden.postgres.ConnectionSettings;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.Databases;
import io.seqwarden.postgres.Question;
import io.seqwarden.postgres.Timeouts;
import io.seqwarden.postgres.WorkingSet;
import io.seqwarden.testing.ManyTables;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What is read beside the observing thread, and that it changes nothing in what is observed. Where
 * no test needs two threads, the helper runs on the observing thread, just before its next
 * question.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
final class HelperTest {

  /** The last sequence by name is that of t9. */
  private static final int TABLES = 610;

  private static final int CHUNKS = 4;

  private static final CatalogSettings SETTINGS =
      Watching.settings(new Timeouts(Duration.ofMillis(300), Duration.ofSeconds(20)));

  private final Databases databases = new Databases(4);
  private Database app;
  private List<Watched> watched;
  private List<Observation> unhelped;

  @BeforeEach
  void manyTables(TestDatabase db) throws SQLException {
    db.execute(
        ManyTables.create(
            TABLES, "insert into t%1$s default values", "insert into t%1$s values (%1$s + 1)"));
    app =
        databases.open(
            new ConnectionSettings(
                "app", db.jdbcUrl(), Optional.of(TestDatabase.SUPERUSER), Optional.empty(), 2));
    watched = new Discovery(SETTINGS).discover(app).sequences();
    unhelped = observe(app, new Judge(Limits.DEFAULT));
  }

  @AfterEach
  void close() {
    databases.close();
  }

  private List<Observation> observe(Database database, Judge judge) throws SQLException {
    return new Observer(SETTINGS, judge)
        .observe(database, watched, () -> false, ObservationProgress.NONE);
  }

  /** Whatever the machine does meanwhile. */
  private static final Duration LONG = Duration.ofSeconds(20);

  /** Helped whenever the observing thread is about to ask, and noting who asks. */
  private static class InTurns implements Database {
    private final Database database;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final List<String> readers = new ArrayList<>();
    private final AtomicBoolean helping = new AtomicBoolean();

    InTurns(Database database) {
      this.database = database;
    }

    List<Observation> observe(List<Watched> watched) throws SQLException {
      return observe(watched, LONG);
    }

    List<Observation> observe(List<Watched> watched, Duration help) throws SQLException {
      return new Observer(SETTINGS, new Judge(Limits.DEFAULT), waiting::add, help)
          .observe(this, watched, () -> false, ObservationProgress.NONE);
    }

    void beforeHelp() throws SQLException {}

    @Override
    public String name() {
      return database.name();
    }

    @Override
    public <T> T ask(Timeouts timeouts, WorkingSet set, Question<T> question) throws SQLException {
      if (helping.get()) {
        readers.add("helper");
        beforeHelp();
        return database.ask(timeouts, set, question);
      }
      Runnable next = waiting.poll();
      if (next != null) {
        helping.set(true);
        next.run();
        helping.set(false);
      }
      readers.add("observer");
      return database.ask(timeouts, set, question);
    }

    @Override
    public <T> T ask(Timeouts timeouts, Question<T> question) throws SQLException {
      return database.ask(timeouts, question);
    }

    @Override
    public <T> T read(Timeouts timeouts, Work<T> work) throws SQLException {
      return database.read(timeouts, work);
    }

    @Override
    public <T> T read(Timeouts timeouts, WorkingSet set, Work<T> work) throws SQLException {
      return database.read(timeouts, set, work);
    }

    @Override
    public <T> T write(Timeouts timeouts, Work<T> work) throws SQLException {
      return database.write(timeouts, work);
    }

    @Override
    public void close() {
      database.close();
    }
  }

  @Test
  void halfIsReadByTheHelper() throws SQLException {
    InTurns database = new InTurns(app);

    assertThat(database.observe(watched)).isEqualTo(unhelped);
    assertThat(database.readers).containsExactly("observer", "helper", "observer", "observer");
  }

  @Test
  void whatFailsIsReadAgainAndHelpEnds() throws SQLException {
    InTurns database =
        new InTurns(app) {
          @Override
          void beforeHelp() throws SQLException {
            throw new SQLException("the connection broke", "08006");
          }
        };

    assertThat(database.observe(watched)).isEqualTo(unhelped);
    assertThat(database.readers).hasSize(1 + CHUNKS).containsOnlyOnce("helper");
  }

  @Test
  void whatTakesLongIsGivenBackAndHelpEnds() {
    Chunks chunks = new Chunks(List.of(watched.subList(0, 2), watched.subList(2, 3)));
    Queue<Runnable> waiting = new ArrayDeque<>();
    Helper helper =
        new Helper(new InTurns(app), chunks, waiting::add, (spare, chunk) -> Optional.empty());

    helper.run();

    helper.queue();
    assertThat(waiting).isEmpty();
    assertThat(List.of(chunks.takeFirst(), chunks.takeFirst(), chunks.takeFirst()))
        .containsExactly(OptionalInt.of(0), OptionalInt.of(1), OptionalInt.empty());
  }

  @Test
  void theHelperAnswersForWhatCannotBeRead(TestDatabase db) throws SQLException {
    db.execute("drop table t9");
    InTurns database = new InTurns(app);

    List<Observation> observed = database.observe(watched);

    assertThat(observed.subList(0, TABLES - 1)).isEqualTo(unhelped.subList(0, TABLES - 1));
    assertThat(observed.get(TABLES - 1).readings().get(0).problem())
        .hasValueSatisfying(reason -> assertThat(reason.code()).isEqualTo(Reason.Code.GONE));
    assertThat(database.readers).contains("helper");
  }

  @Test
  void whatTheHelperHasNoTimeForIsReadAgain(TestDatabase db) throws SQLException {
    InTurns database = new InTurns(app);
    try (Connection other = db.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("lock table t9 in access exclusive mode");

      List<Observation> observed = database.observe(watched, Duration.ofMillis(50));

      assertThat(observed.subList(0, TABLES - 1)).isEqualTo(unhelped.subList(0, TABLES - 1));
      assertThat(observed.get(TABLES - 1).readings().get(0).problem())
          .hasValueSatisfying(reason -> assertThat(reason.message()).contains("300 ms"));
      assertThat(database.readers.stream().filter("helper"::equals)).hasSize(1);
      other.rollback();
    }
  }

  @Test
  void whoeverWaitsForTheThreadGetsItBetweenTwoChunks() throws SQLException {
    InTurns database = new InTurns(app);
    AtomicBoolean synced = new AtomicBoolean();
    Observer observer =
        new Observer(
            SETTINGS,
            new Judge(Limits.DEFAULT),
            help -> {
              database.waiting.add(help);
              // As a sync that came while the chunk was being read.
              database.waiting.add(() -> synced.set(true));
            },
            LONG);

    observer.observe(database, watched, () -> false, ObservationProgress.NONE);

    assertThat(synced).isTrue();
    assertThat(database.readers).containsExactly("observer", "helper", "observer", "observer");
  }

  @Test
  void aTableWithoutAnIndexIsNotForTheHelper(TestDatabase db) throws SQLException {
    db.execute("alter table t9 drop constraint t9_pkey");
    watched = new Discovery(SETTINGS).discover(app).sequences();
    InTurns database = new InTurns(app);

    assertThat(database.observe(watched)).isEqualTo(observe(app, new Judge(Limits.DEFAULT)));
    // The position of that table's sequence is asked for after its mark.
    assertThat(database.readers)
        .containsExactly("observer", "helper", "observer", "observer", "observer");
  }

  @Test
  void withoutASpareConnectionThereIsNoHelp() throws SQLException {
    InTurns database =
        new InTurns(app) {
          @Override
          public Optional<Database> spare() {
            return Optional.empty();
          }
        };

    assertThat(database.observe(watched)).isEqualTo(unhelped);
    assertThat(database.readers).hasSize(CHUNKS).doesNotContain("helper");
  }

  @Test
  void whatWasReadBehindABreakIsNotAnswered() throws SQLException {
    InTurns database = new InTurns(app);
    Observer observer =
        new Observer(SETTINGS, new Judge(Limits.DEFAULT), database.waiting::add, LONG);

    List<Observation> observed =
        observer.observe(
            database,
            watched,
            () -> !database.helping.get() && database.readers.contains("helper"),
            ObservationProgress.NONE);

    assertThat(database.readers).containsExactly("observer", "helper", "observer");
    assertThat(observed).isEqualTo(unhelped.subList(0, 400));
  }

  /** Two threads at once, and a helper that holds the last chunk when the observer is done. */
  @Test
  void theObserverWaitsForWhatTheHelperStillReads() throws Exception {
    CountDownLatch helperReads = new CountDownLatch(1);
    CountDownLatch othersRead = new CountDownLatch(CHUNKS - 1);
    Thread observing = Thread.currentThread();
    Database database =
        new InTurns(app) {
          @Override
          public <T> T ask(Timeouts timeouts, WorkingSet set, Question<T> question)
              throws SQLException {
            if (Thread.currentThread() != observing) {
              helperReads.countDown();
              await(othersRead);
            } else if (othersRead.getCount() < CHUNKS - 1) {
              await(helperReads);
            }
            T answer = app.ask(timeouts, set, question);
            othersRead.countDown();
            return answer;
          }
        };
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      List<Observation> observed =
          new Observer(SETTINGS, new Judge(Limits.DEFAULT), threads, LONG)
              .observe(database, watched, () -> false, ObservationProgress.NONE);

      assertThat(observed).isEqualTo(unhelped);
      assertThat(othersRead.getCount()).isZero();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aPoolHasAConnectionToSpare() throws Exception {
    AtomicInteger helped = new AtomicInteger();
    Database database =
        new InTurns(app) {
          @Override
          public Optional<Database> spare() {
            return app.spare()
                .map(
                    real ->
                        new InTurns(real) {
                          @Override
                          public <T> T ask(Timeouts timeouts, WorkingSet set, Question<T> question)
                              throws SQLException {
                            T answer = real.ask(timeouts, set, question);
                            helped.incrementAndGet();
                            return answer;
                          }
                        });
          }
        };
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Observer observer = new Observer(SETTINGS, new Judge(Limits.DEFAULT), threads, LONG);
      // Where the machine stands still, the observer may be done before the helper begins.
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                assertThat(
                        observer.observe(database, watched, () -> false, ObservationProgress.NONE))
                    .isEqualTo(unhelped);
                return helped.get() > 0;
              });
    } finally {
      threads.shutdownNow();
    }
  }

  private static void await(CountDownLatch latch) throws SQLException {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new SQLException("nobody came");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException(e);
    }
  }
}
