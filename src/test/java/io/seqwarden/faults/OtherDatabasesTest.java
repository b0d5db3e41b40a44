package io.seqwarden.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.app.RunningDaemon;
import io.seqwarden.postgres.ConnectionSettings;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.Databases;
import io.seqwarden.postgres.PooledDatabase;
import io.seqwarden.postgres.Timeouts;
import io.seqwarden.testing.FaultyProxy;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A slow, silent or dead database delays no other one's sweeps. */
@ExtendWith(PostgresExtension.class)
final class OtherDatabasesTest {

  /** Less than one sweep of a silent database takes until it is given up. */
  private static final Duration FIVE_SWEEPS = Duration.ofSeconds(14);

  private static final Timeouts TIMEOUTS =
      new Timeouts(Duration.ofMillis(200), Duration.ofSeconds(5));

  private static String sweeps(String database, String outcome) {
    return "seqwarden_sweeps_total{database=\"%s\",outcome=\"%s\"}".formatted(database, outcome);
  }

  private static String up(String database) {
    return "seqwarden_database_up{database=\"%s\"}".formatted(database);
  }

  /** The sound database is swept five times more, one sweep a second. */
  private static void assertIsSwept(RunningDaemon daemon, String why) {
    double before = daemon.metric(sweeps("sound", "ok"));
    await()
        .alias("sweeps of the other while it is " + why)
        .atMost(FIVE_SWEEPS)
        .until(() -> daemon.metric(sweeps("sound", "ok")) >= before + 5);
    assertThat(daemon.metric(up("sound"))).isEqualTo(1);
    assertThat(daemon.metric(sweeps("sound", "failed"))).isZero();
  }

  @Test
  void whateverOneSuffersTheOtherIsSwept(TestDatabase db, @TempDir Path folder) throws Exception {
    db.execute("create table ticket (id bigserial primary key)");
    try (FaultyProxy proxy = FaultyProxy.before(db.port());
        RunningDaemon daemon =
            RunningDaemon.start(
                folder,
                RunningDaemon.database("sick", proxy.jdbcUrl(db.name()) + "?user=postgres")
                    + RunningDaemon.database("sound", db.jdbcUrl() + "?user=postgres"))) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  daemon.metric(sweeps("sick", "ok")) > 1
                      && daemon.metric(sweeps("sound", "ok")) > 1);

      proxy.slow(Duration.ofMillis(400));
      assertIsSwept(daemon, "slow");
      proxy.stall();
      assertIsSwept(daemon, "silent");
      proxy.refuse();
      assertIsSwept(daemon, "dead");
      await().atMost(Duration.ofSeconds(60)).until(() -> daemon.metric(up("sick")) == 0);
      assertThat(daemon.json("/readyz").get("unreachable").get(0).asText()).isEqualTo("sick");
      proxy.heal();

      await().atMost(Duration.ofSeconds(75)).until(() -> daemon.metric(up("sick")) == 1);
    }
    Leftovers.none(db);
  }

  /** Two pools and three connections: one that hangs may have two of them and never all three. */
  @Test
  void eachDatabaseIsSureOfOneConnection(TestDatabase db) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    CountDownLatch inside = new CountDownLatch(2);
    CountDownLatch leave = new CountDownLatch(1);
    try (Databases databases = new Databases(3)) {
      Database hanging = open(databases, "hanging", db);
      Database sound = open(databases, "sound", db);
      List<Future<Boolean>> hung = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        hung.add(
            threads.submit(
                () ->
                    hanging.read(
                        TIMEOUTS,
                        connection -> {
                          inside.countDown();
                          return waits(leave);
                        })));
      }
      assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();

      int open = sound.read(TIMEOUTS, connection -> databases.openConnections());
      assertThat(open).isEqualTo(3);

      leave.countDown();
      for (Future<Boolean> one : hung) {
        assertThat(one.get(30, TimeUnit.SECONDS)).isTrue();
      }
    } finally {
      leave.countDown();
      threads.shutdownNow();
    }
  }

  private static boolean waits(CountDownLatch leave) {
    try {
      return leave.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static PooledDatabase open(Databases databases, String name, TestDatabase db) {
    return databases.open(
        new ConnectionSettings(
            name, db.jdbcUrl(), Optional.of(TestDatabase.SUPERUSER), Optional.empty(), 3));
  }
}
