package io.seqwarden.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.catalog.CatalogSettings;
import io.seqwarden.postgres.Timeouts;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.SweepReport;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.FaultyProxy;
import io.seqwarden.testing.FaultyProxy.Fault;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The network falls silent in the middle of a sweep, and later delivers what it withheld. Each case
 * takes a socket timeout, so they run side by side, a table each.
 */
@ExtendWith(PostgresExtension.class)
final class StallTest {

  private static final Duration STATEMENT = Duration.ofSeconds(1);

  /** How much longer than the server the client waits: 10 s; and as much for a busy machine. */
  private static final Duration LONGEST_SWEEP = STATEMENT.plusSeconds(20);

  private static DatabaseSettings only(String table, FaultyProxy proxy, TestDatabase db) {
    DatabaseSettings all =
        Sweeping.settings(
            proxy.jdbcUrl(db.name()),
            TestDatabase.SUPERUSER,
            DatabaseSettings.Mode.HEAL,
            DatabaseSettings.GuardMode.OFF);
    return new DatabaseSettings(
        all.connection(),
        all.schedule(),
        all.fullEvery(),
        all.mode(),
        all.guard(),
        new CatalogSettings(
            List.of("public." + table),
            List.of(),
            List.of(),
            new Timeouts(Duration.ofMillis(200), STATEMENT),
            false,
            128),
        all.limits(),
        all.events(),
        all.syncExecute());
  }

  private static void drift(TestDatabase db, String table) throws SQLException {
    db.execute("insert into %1$s select last_value + 10 from %1$s_id_seq".formatted(table));
  }

  @Test
  void aSilentNetworkIsGivenUpAndWhatItDeliversLateDoesNoHarm(TestDatabase db) throws Exception {
    List<Callable<Boolean>> cases = new ArrayList<>();
    for (String trip : List.of("do $seqwarden$", "COMMIT")) {
      for (Fault fault : List.of(Fault.STALL_BEFORE, Fault.STALL_AFTER)) {
        String table = "t" + cases.size();
        db.execute("create table %s (id bigserial primary key)".formatted(table));
        cases.add(() -> stalls(db, table, trip, fault));
      }
    }
    ExecutorService threads = Executors.newFixedThreadPool(cases.size());
    try {
      for (Future<Boolean> one : threads.invokeAll(cases)) {
        assertThat(one.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
    Leftovers.none(db);
  }

  private static boolean stalls(TestDatabase db, String table, String trip, Fault fault)
      throws Exception {
    String what = fault + " at " + trip;
    try (FaultyProxy proxy = FaultyProxy.before(db.port());
        Sweeping sweeping = new Sweeping(only(table, proxy, db))) {
      // The first sweep discovers, and those after it find that nothing else is to be watched.
      assertThat(sweeping.sweep().outcome()).isEqualTo(SweepReport.Outcome.OK);
      drift(db, table);
      proxy.watch();
      assertThat(sweeping.sweep().outcome()).isEqualTo(SweepReport.Outcome.OK);
      drift(db, table);
      // The same trips again, without those that open the connection.
      List<String> trips = proxy.trips();
      int begin = (int) trips.stream().takeWhile(one -> !one.startsWith("begin ")).count();
      int advance =
          (int) trips.stream().takeWhile(one -> !one.startsWith("do $seqwarden$")).count();
      int step = advance;
      while (!trips.get(step).startsWith(trip)) {
        step++;
      }
      sweeping.events.clear();
      proxy.plan(step + 1 - begin, fault);

      SweepReport given = sweeping.sweep();

      assertThat(proxy.hasStruck()).as(what).isTrue();
      assertThat(proxy.trips().get(step - begin)).as(what).startsWith(trip);
      assertThat(given.outcome()).as(what).isEqualTo(SweepReport.Outcome.FAILED);
      assertThat(given.duration()).as(what).isLessThan(LONGEST_SWEEP);
      proxy.heal();
      // The server gets what was withheld, does it, and finds its client gone.
      await().atMost(Duration.ofSeconds(30)).until(() -> proxy.connections() == 0);
      Leftovers.noLock(db);

      assertThat(sweeping.sweep().outcome()).as(what).isEqualTo(SweepReport.Outcome.OK);

      assertThat(db.one("select last_value from %s_id_seq".formatted(table)))
          .as(what)
          .isEqualTo("21");
      assertThat(sweeping.events)
          .as(what)
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.before()).isEqualTo(OptionalLong.of(11));
                assertThat(event.after()).isEqualTo(OptionalLong.of(21));
              });
      return true;
    }
  }
}
