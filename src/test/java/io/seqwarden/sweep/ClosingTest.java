package io.seqwarden.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.seqwarden.catalog.ObservationProgress;
import io.seqwarden.drift.Event;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.Question;
import io.seqwarden.postgres.Timeouts;
import io.seqwarden.postgres.WorkingSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** A database is closed while it hangs: nobody else waits for it, and nothing of others is lost. */
@Timeout(60)
final class ClosingTest {

  private final CountDownLatch hangs = new CountDownLatch(1);
  private final CountDownLatch entered = new CountDownLatch(1);
  private final ExecutorService executor = Executors.newFixedThreadPool(2);

  @AfterEach
  void end() {
    hangs.countDown();
    executor.shutdownNow();
  }

  private void hang() {
    entered.countDown();
    boolean interrupted = true;
    while (interrupted) {
      try {
        interrupted = !hangs.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        // As one that waits for a socket: it does not hear.
        interrupted = true;
      }
    }
  }

  /** Connects, and never answers. */
  private final class Hanging implements Database {
    @Override
    public String name() {
      return "app";
    }

    @Override
    public <T> T read(Timeouts timeouts, Work<T> work) throws SQLException {
      hang();
      throw new SQLException("gone", "08006");
    }

    @Override
    public <T> T read(Timeouts timeouts, WorkingSet set, Work<T> work) throws SQLException {
      return read(timeouts, work);
    }

    @Override
    public <T> T ask(Timeouts timeouts, Question<T> question) throws SQLException {
      hang();
      throw new SQLException("gone", "08006");
    }

    @Override
    public <T> T ask(Timeouts timeouts, WorkingSet set, Question<T> question) throws SQLException {
      return ask(timeouts, question);
    }

    @Override
    public <T> T write(Timeouts timeouts, Work<T> work) throws SQLException {
      return read(timeouts, work);
    }

    @Override
    public void close() {
      hangs.countDown();
    }
  }

  private SweptDatabase hanging(Turns turns) {
    return new SweptDatabase(
        Sweeping.settings(
            "jdbc:postgresql:app",
            "nobody",
            DatabaseSettings.Mode.HEAL,
            DatabaseSettings.GuardMode.OFF),
        new Hanging(),
        Sweeping.NOBODY,
        executor,
        turns,
        Clock.systemUTC(),
        ObservationProgress.NONE,
        null);
  }

  @Test
  void whatIsCutOffBeforeItBeganGivesItsTurnBack() throws Exception {
    Turns turns = Turns.of(1, 1);
    ExecutorService one = Executors.newSingleThreadExecutor();
    one.execute(this::hang);
    entered.await();
    List<String> ran = new CopyOnWriteArrayList<>();
    turns.on(one).execute(() -> ran.add("cut off"));
    turns.on(Runnable::run).execute(() -> ran.add("another database's"));

    one.shutdown();
    SweepThreads.awaitEnd(List.of(one), () -> true);

    assertThat(ran).containsExactly("cut off", "another database's");
  }

  @Test
  void whoAsksOfAClosedDatabaseIsTurnedAwayAtOnceByWhoeverHasTheTurn() throws Exception {
    Turns turns = Turns.of(2, 2);
    CountDownLatch leave = new CountDownLatch(1);
    ExecutorService another = Executors.newSingleThreadExecutor();
    try {
      turns.on(another).execute(() -> awaited(leave));
      SweptDatabase swept = hanging(turns);
      swept.sweep(Event.Source.SWEEP);
      entered.await();
      CompletableFuture<SweepReport> asked = swept.sweep(Event.Source.HTTP).toCompletableFuture();

      swept.close();
      leave.countDown();

      assertThat(asked)
          .succeedsWithin(Duration.ofSeconds(20))
          .extracting(SweepReport::outcome)
          .isEqualTo(SweepReport.Outcome.SKIPPED);
    } finally {
      another.shutdownNow();
    }
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aSweepThatIsDueAfterTheEndIsNoBug() {
    SweptDatabase swept = hanging(Turns.of(1, 1));
    Logger logger = (Logger) LoggerFactory.getLogger(SweptDatabase.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try {
      swept.close();
      swept.due(Optional.empty());
    } finally {
      logger.detachAppender(lines);
    }

    assertThat(lines.list).isEmpty();
  }
}
