package io.seqwarden.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.State;
import io.seqwarden.postgres.ConnectionSettings;
import io.seqwarden.postgres.Databases;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.DatabaseWatch.SyncResult;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A sync is answered while sweeps are under way, however long they take. */
@ExtendWith(PostgresExtension.class)
final class SyncBesideSweepsTest {

  private static DatabaseSettings named(String name, DatabaseSettings like) {
    ConnectionSettings connection = like.connection();
    return new DatabaseSettings(
        new ConnectionSettings(
            name,
            connection.url(),
            connection.user(),
            connection.password(),
            connection.connections()),
        like.schedule(),
        like.fullEvery(),
        like.mode(),
        like.guard(),
        like.catalog(),
        like.limits(),
        like.events(),
        like.syncExecute());
  }

  /** Beside another database, since sweeps of one alone take turns anyway. */
  @Test
  void oneSweepIsUnderWayAndASecondOneWaitsForIt(TestDatabase db) throws Exception {
    db.execute("create table ticket (id serial primary key)", "insert into ticket values (50)");
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    DatabaseSettings settings =
        Sweeping.settings(db.jdbcUrl(), TestDatabase.SUPERUSER, Mode.HEAL, GuardMode.OFF);
    try (Databases databases = new Databases(4);
        Sweeps sweeps =
            new Sweeps(
                List.of(settings, named("other", settings)),
                databases::open,
                4,
                Sweeping.NOBODY,
                Clock.systemUTC(),
                (done, total) -> {
                  reached.countDown();
                  awaitQuietly(goOn);
                })) {
      DatabaseWatch app = sweeps.database("app").orElseThrow();
      CompletableFuture<SweepReport> due = app.sweep(Event.Source.SWEEP).toCompletableFuture();
      assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();
      CompletableFuture<SweepReport> asked = app.sweep(Event.Source.HTTP).toCompletableFuture();

      SyncResult synced =
          app.syncTable("public.ticket", false, Event.Source.HTTP)
              .toCompletableFuture()
              .get(30, TimeUnit.SECONDS);

      assertThat(synced)
          .isInstanceOfSatisfying(
              SyncResult.Judged.class,
              judged -> assertThat(judged.finding().verdict().state()).isEqualTo(State.IN_SYNC));
      assertThat(due).isNotDone();
      assertThat(asked).isNotDone();
      goOn.countDown();
      assertThat(asked.get(30, TimeUnit.SECONDS).outcome()).isEqualTo(SweepReport.Outcome.OK);
    } finally {
      goOn.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      if (!latch.await(60, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody let it go on");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
