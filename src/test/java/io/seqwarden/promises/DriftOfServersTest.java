package io.seqwarden.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.SweepReport;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.PostgresServers;
import io.seqwarden.testing.PrivateServer;
import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases of {@code docs/drift.md} that take a publisher and a subscriber, a standby, or a crash;
 * on the oldest and the newest major.
 */
final class DriftOfServersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  static Stream<Integer> majors() {
    return Stream.of(PostgresServers.majors().get(0), PostgresServers.newest()).distinct();
  }

  static Stream<Arguments> replications() {
    return majors()
        .flatMap(
            major ->
                Stream.of(DriftCatalogue.INITIAL_COPY, DriftCatalogue.APPLY)
                    .map(drift -> Arguments.of(drift, major)));
  }

  @ParameterizedTest(name = "{0} on PostgreSQL {1}")
  @MethodSource("replications")
  void replication(Drift drift, int major) throws Exception {
    try (TestDatabase publisher = TestDatabase.create(major, "publisher");
        TestDatabase guarded = TestDatabase.create(major, "guarded");
        TestDatabase unguarded = TestDatabase.create(major, "unguarded");
        Sweeping guarding = new Sweeping(guarded, Mode.HEAL, GuardMode.ENSURE);
        Sweeping sweeping = new Sweeping(unguarded, Mode.HEAL, GuardMode.OFF);
        Sweeping looking = new Sweeping(unguarded, Mode.OBSERVE, GuardMode.OFF);
        Connection behindGuard = guarded.connect();
        Connection plain = unguarded.connect()) {
      Drift.execute(behindGuard, drift.given());
      Drift.execute(plain, drift.given());
      assertThat(guarding.sweep().problems()).isEmpty();

      replicate(drift, publisher, List.of(guarded, unguarded));

      new DriftChecks(drift, behindGuard).guarded(guarding);
      new DriftChecks(drift, plain).unguarded(looking, sweeping);
    }
  }

  /** Brings twenty rows to each subscriber, and ends its subscription, as a switch-over does. */
  private static void replicate(Drift drift, TestDatabase publisher, List<TestDatabase> subscribers)
      throws SQLException {
    boolean copy = drift == DriftCatalogue.INITIAL_COPY;
    publisher.execute(drift.given().toArray(String[]::new));
    publisher.execute("create publication tickets for table ticket");
    if (copy) {
      publisher.execute(DriftCatalogue.TWENTY);
    }
    for (TestDatabase subscriber : subscribers) {
      subscribe(subscriber, publisher, copy);
    }
    if (!copy) {
      publisher.execute(DriftCatalogue.TWENTY);
    }
    for (TestDatabase subscriber : subscribers) {
      awaitOne(subscriber, "select count(*) from ticket", "20");
      awaitOne(subscriber, "select string_agg(srsubstate, '') from pg_subscription_rel", "r");
      subscriber.execute(
          "alter subscription tickets disable",
          "alter subscription tickets set (slot_name = none)",
          "drop subscription tickets");
      String slot = "from pg_replication_slots where slot_name = '%s'".formatted(subscriber.name());
      awaitOne(publisher, "select active " + slot, "f");
      publisher.execute("select pg_drop_replication_slot(slot_name) " + slot);
    }
  }

  /**
   * The slot is made apart: CREATE SUBSCRIPTION would wait for itself to make one on its server.
   */
  private static void subscribe(TestDatabase subscriber, TestDatabase publisher, boolean copy)
      throws SQLException {
    publisher.execute(
        "select pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(subscriber.name()));
    subscriber.execute(
        """
        create subscription tickets
          connection 'host=127.0.0.1 port=%d dbname=%s user=postgres' publication tickets
          with (create_slot = false, slot_name = '%s', copy_data = %s)
        """
            .formatted(publisher.port(), publisher.name(), subscriber.name(), copy));
  }

  private static void awaitOne(TestDatabase db, String sql, String value) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(db.one(sql)).isEqualTo(value));
  }

  @ParameterizedTest(name = "on PostgreSQL {0}")
  @MethodSource("majors")
  void promotion(int major) throws Exception {
    List<Scene> scenes = Scene.of(DriftCatalogue.PROMOTION, DriftCatalogue.PROMOTION_BEHIND);
    try (PrivateServer primary = PrivateServer.start(major, Map.of());
        PrivateServer standby = primary.standby()) {
      play(scenes, primary);
      awaitReplay(primary, standby);
      for (Scene scene : scenes) {
        assertLooksAtAStandby(scene, standby);
      }
      primary.kill();

      standby.promote();

      for (Scene scene : scenes) {
        scene.check(standby, failingOver(primary, standby, scene.database()));
      }
    }
  }

  @ParameterizedTest(name = "on PostgreSQL {0}")
  @MethodSource("majors")
  void crash(int major) throws Exception {
    Drift table = major < 15 ? DriftCatalogue.UNLOGGED_TABLE_BEFORE : DriftCatalogue.UNLOGGED_TABLE;
    List<Scene> scenes =
        major < 15 ? Scene.of(table) : Scene.of(table, DriftCatalogue.UNLOGGED_SEQUENCE);
    try (PrivateServer server = PrivateServer.start(major, Map.of())) {
      play(scenes, server);

      server.kill();
      server.start();

      for (Scene scene : scenes) {
        scene.check(server, server.jdbcUrl(scene.database()));
      }
    }
  }

  /**
   * A drift in a database of its own.
   *
   * @param guard whether the guard is there before
   */
  private record Scene(Drift drift, GuardMode guard, String database) {

    /** Each drift with the guard and without. */
    static List<Scene> of(Drift... drifts) {
      return IntStream.range(0, drifts.length)
          .boxed()
          .flatMap(
              i ->
                  Stream.of(
                      new Scene(drifts[i], GuardMode.ENSURE, "guarded_" + i),
                      new Scene(drifts[i], GuardMode.OFF, "unguarded_" + i)))
          .toList();
    }

    void play(PrivateServer server) throws Exception {
      try (Connection session = server.connect(database);
          Sweeping sweeping = sweeping(server.jdbcUrl(database), Mode.HEAL, guard)) {
        Drift.execute(session, drift.given());
        assertThat(sweeping.sweep().problems()).isEmpty();
        drift.run(session, sweeping);
      }
    }

    void check(PrivateServer server, String url) throws Exception {
      try (Connection plain = server.connect(database);
          Sweeping sweeping = sweeping(url, Mode.HEAL, guard);
          Sweeping looking = sweeping(url, Mode.OBSERVE, GuardMode.OFF)) {
        DriftChecks checks = new DriftChecks(drift, plain);
        if (guard == GuardMode.ENSURE) {
          checks.guarded(sweeping);
        } else {
          checks.unguarded(looking, sweeping);
        }
      }
    }
  }

  /**
   * All databases first: CREATE DATABASE ends in a checkpoint, after which positions are logged
   * anew.
   */
  private static void play(List<Scene> scenes, PrivateServer server) throws Exception {
    for (Scene scene : scenes) {
      server.execute("postgres", "create database " + scene.database());
    }
    for (Scene scene : scenes) {
      scene.play(server);
    }
  }

  /** A standby is judged, and nothing is written there, whatever the mode says. */
  private static void assertLooksAtAStandby(Scene scene, PrivateServer standby) throws Exception {
    try (Connection plain = standby.connect(scene.database());
        Sweeping sweeping = sweeping(standby.jdbcUrl(scene.database()), Mode.HEAL, scene.guard())) {
      SweepReport report = sweeping.sweep();

      assertThat(report.role()).contains(SweepReport.Role.STANDBY);
      assertThat(report.problems()).isEmpty();
      assertThat(report.events()).isEmpty();
      boolean prevented = scene.guard() == GuardMode.ENSURE;
      assertThat(new DriftChecks(scene.drift(), plain).said(report))
          .isEqualTo(prevented ? scene.drift().seenAtLast() : scene.drift().seen());
    }
  }

  private static void awaitReplay(PrivateServer primary, PrivateServer standby)
      throws SQLException {
    try (Connection written = primary.connect("postgres");
        Connection replayed = standby.connect("postgres")) {
      String end = DriftChecks.one(written, "select pg_current_wal_lsn()");
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  DriftChecks.one(
                          replayed, "select pg_last_wal_replay_lsn() >= '%s'".formatted(end))
                      .equals("t"));
    }
  }

  /** The URL of a configuration that names both, before and after. */
  private static String failingOver(PrivateServer primary, PrivateServer standby, String database) {
    return "jdbc:postgresql://127.0.0.1:%d,127.0.0.1:%d/%s?targetServerType=primary"
        .formatted(primary.port(), standby.port(), database);
  }

  private static Sweeping sweeping(String url, Mode mode, GuardMode guard) {
    return new Sweeping(Sweeping.settings(url, TestDatabase.SUPERUSER, mode, guard));
  }
}
