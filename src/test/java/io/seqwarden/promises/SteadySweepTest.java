package io.seqwarden.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Reason;
import io.seqwarden.drift.State;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.SweepReport;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.PostgresServers;
import io.seqwarden.testing.PrivateServer;
import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Sweeps that leave out what was not written to find what sweeps find that leave out nothing.
 *
 * <p>What a session wrote counts once it told the server, which ends with it here; until then
 * nothing is promised.
 */
@ExtendWith(PostgresExtension.class)
class SteadySweepTest {

  private static final int STEPS = Integer.getInteger("seqwarden.steady.steps", 60);

  private static DatabaseSettings settings(String url, Mode mode, GuardMode guard) {
    return Sweeping.settings(url, TestDatabase.SUPERUSER, mode, guard, Duration.ofDays(1));
  }

  private static Sweeping steady(TestDatabase db) {
    return new Sweeping(settings(db.jdbcUrl(), Mode.OBSERVE, GuardMode.OFF));
  }

  /** A sweep as one asks for it: it reads every mark. */
  private static SweepReport full(Sweeping sweeping) throws Exception {
    return sweeping.app().sweep(Event.Source.HTTP).toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  /** A sweep of a daemon that just started and knows nothing. */
  private static SweepReport anew(TestDatabase db) throws Exception {
    try (Sweeping fresh = steady(db)) {
      return fresh.sweep();
    }
  }

  private static List<String> told(SweepReport report) {
    return report.findings().stream().map(SteadySweepTest::told).sorted().toList();
  }

  private static String told(Finding finding) {
    var verdict = finding.verdict();
    return "%s %s at %s next %s mark %s gap %d %s %s limit %s"
        .formatted(
            finding.sequence().name(),
            verdict.state(),
            verdict.position(),
            verdict.nextValue(),
            verdict.mark(),
            verdict.gap(),
            verdict.warnings(),
            verdict.reason().map(Reason::code),
            verdict.effectiveLimit());
  }

  /** What differs is what sessions have not told yet: on servers before 15 that takes a moment. */
  private static void assertSame(TestDatabase db, Sweeping steady, Sweeping whole, String after) {
    await(after)
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              List<String> fresh = told(anew(db));
              assertThat(told(full(whole))).isEqualTo(fresh);
              assertThat(told(steady.sweep())).isEqualTo(fresh);
            });
  }

  @EveryMajor
  void aLongRandomHistoryIsSeenAsByFullSweeps(TestDatabase db) throws Exception {
    long seed = Long.getLong("seqwarden.steady.seed", System.nanoTime());
    RandomHistory history = new RandomHistory(new Random(seed));
    db.execute(history.beginning().toArray(String[]::new));
    try (Sweeping steady = steady(db);
        Sweeping whole = steady(db)) {
      steady.sweep();
      int steps = db.major() == PostgresServers.newest() ? STEPS : STEPS / 4;
      for (int step = 0; step < steps; step++) {
        String what = history.step(db);
        assertSame(db, steady, whole, "seed %d, step %d: %s".formatted(seed, step, what));
      }
    }
  }

  @EveryMajor
  void onlyWhatWasWrittenToIsRead(TestDatabase db) throws Exception {
    db.execute(
        "create table quiet (id serial primary key)",
        "insert into quiet default values",
        "create table busy (id serial primary key)",
        "insert into busy default values");
    try (Sweeping steady = steady(db);
        Connection holder = db.connect();
        Statement statement = holder.createStatement()) {
      steady.sweep();
      await().untilAsserted(() -> assertThat(reads(db)).isEqualTo(reads(db)).isNotEqualTo("0"));
      steady.sweep();
      holder.setAutoCommit(false);
      statement.execute("lock table quiet in access exclusive mode");
      db.execute("insert into busy values (99)");

      await()
          .untilAsserted(
              () ->
                  assertThat(told(steady.sweep()))
                      .anyMatch(line -> line.startsWith("public.busy_id_seq BEHIND"))
                      .anyMatch(line -> line.startsWith("public.quiet_id_seq IN_SYNC")));
      assertThat(told(full(steady)))
          .anyMatch(line -> line.startsWith("public.quiet_id_seq UNREADABLE"));
      holder.rollback();
    }
  }

  private static String reads(TestDatabase db) throws SQLException {
    return db.one("select pg_stat_get_tuples_inserted('quiet'::regclass)");
  }

  @EveryMajor
  void aHandMadeSetvalIsSeenAtOnce(TestDatabase db) throws Exception {
    db.execute(
        "create table ticket (id serial primary key)",
        "insert into ticket select from generate_series(1, 50)");
    try (Sweeping steady = steady(db);
        Connection hand = db.connect();
        Statement statement = hand.createStatement()) {
      steady.sweep();
      steady.sweep();
      statement.execute("select setval('ticket_id_seq', 10)");

      assertThat(told(steady.sweep()))
          .singleElement()
          .asString()
          .startsWith("public.ticket_id_seq BEHIND");
    }
  }

  @EveryMajor
  void whatAnOldMarkAccusesIsReadAgain(TestDatabase db) throws Exception {
    db.execute(
        "create table ticket (id serial primary key)",
        "insert into ticket select from generate_series(1, 50)");
    try (Sweeping steady = new Sweeping(settings(db.jdbcUrl(), Mode.HEAL, GuardMode.OFF));
        Connection hand = db.connect();
        Statement statement = hand.createStatement()) {
      steady.sweep();
      await().untilAsserted(() -> assertThat(counted(db)).isEqualTo("50"));
      steady.sweep();
      // In a session that goes on, so that the server need not know of the deletion yet.
      statement.execute("delete from ticket where id > 10");
      statement.execute("select setval('ticket_id_seq', 10)");

      assertThat(told(steady.sweep()))
          .singleElement()
          .asString()
          .startsWith("public.ticket_id_seq IN_SYNC");
      assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("10");
    }
  }

  private static String counted(TestDatabase db) throws SQLException {
    return db.one("select pg_stat_get_tuples_inserted('ticket'::regclass)");
  }

  @EveryMajor
  void aResetOfCountersHidesNothing(TestDatabase db) throws Exception {
    db.execute("create table ticket (id serial primary key)");
    try (Sweeping steady = steady(db)) {
      steady.sweep();
      steady.sweep();
      db.execute("insert into ticket values (7)");
      await().untilAsserted(() -> assertThat(counted(db)).isEqualTo("1"));
      db.execute("select pg_stat_reset_single_table_counters('ticket'::regclass)");
      await().untilAsserted(() -> assertThat(counted(db)).isEqualTo("0"));

      assertThat(told(steady.sweep()))
          .singleElement()
          .asString()
          .startsWith("public.ticket_id_seq BEHIND");
    }
  }

  /** The counters are as they were: nothing was counted before, and nothing survived. */
  @Test
  void countersThatVanishInACrashHideNothing() throws Exception {
    try (PrivateServer server = PrivateServer.start(PostgresServers.newest(), Map.of())) {
      server.execute(
          "postgres", "create table ticket (id serial primary key)", "select pg_stat_reset()");
      try (Sweeping steady =
          new Sweeping(settings(server.jdbcUrl("postgres"), Mode.OBSERVE, GuardMode.OFF))) {
        steady.sweep();
        steady.sweep();
        server.execute("postgres", "insert into ticket values (7)");
        server.kill();
        server.start();

        await()
            .ignoreExceptions()
            .untilAsserted(
                () ->
                    assertThat(told(steady.sweep()))
                        .singleElement()
                        .asString()
                        .startsWith("public.ticket_id_seq BEHIND"));
      }
    }
  }

  @EveryMajor
  void aFullSweepComesAtItsInterval(TestDatabase db) throws Exception {
    db.execute("create table ticket (id serial primary key)", "insert into ticket default values");
    try (Sweeping full =
            new Sweeping(
                Sweeping.settings(
                    db.jdbcUrl(),
                    TestDatabase.SUPERUSER,
                    Mode.OBSERVE,
                    GuardMode.OFF,
                    Duration.ofNanos(1)));
        Connection uncounted = db.connect();
        Statement statement = uncounted.createStatement()) {
      full.sweep();
      statement.execute("set track_counts = off");
      statement.execute("insert into ticket values (99)");

      assertThat(full.sweep().findings())
          .singleElement()
          .satisfies(finding -> assertThat(finding.verdict().state()).isEqualTo(State.BEHIND));
    }
  }

  @EveryMajor
  void aGuardThatIsGoneComesBackWithoutAFullSweep(TestDatabase db) throws Exception {
    db.execute("create table ticket (id serial primary key)");
    try (Sweeping steady = new Sweeping(settings(db.jdbcUrl(), Mode.HEAL, GuardMode.ENSURE))) {
      steady.sweep();
      steady.sweep();
      steady.sweep();
      assertThat(guards(db)).isNotEqualTo("0");
      db.execute("drop trigger seqwarden_guard on ticket");

      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> {
                steady.sweep();
                assertThat(guards(db)).isEqualTo("1");
              });
    }
  }

  private static String guards(TestDatabase db) throws SQLException {
    return db.one("select count(*) from pg_trigger where tgname = 'seqwarden_guard'");
  }
}
