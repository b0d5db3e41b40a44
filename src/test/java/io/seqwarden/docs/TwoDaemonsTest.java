package io.seqwarden.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.app.RunningDaemon;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two daemons over one database, as in a rolling deployment. See {@code docs/operations.md}. */
@ExtendWith(PostgresExtension.class)
final class TwoDaemonsTest {

  private static final String TICKET = "create table ticket (id bigserial primary key)";
  private static final String OK = "seqwarden_sweeps_total{database=\"app\",outcome=\"ok\"}";

  /** Changes with everything that an installation changes. */
  private static final String INSTALLED =
      "select string_agg(o, ',' order by o) from (select 'p' || oid || ' ' || xmin from pg_proc"
          + " union all select 't' || oid || ' ' || xmin from pg_trigger) as o (o)";

  @TempDir private Path folder;

  private RunningDaemon daemon(TestDatabase db, String name, String more) throws Exception {
    return RunningDaemon.start(
        Files.createDirectories(folder.resolve(name)),
        "app { url = \"%s\", user = postgres, every = 1s, mode = heal, guard = ensure\n%s }"
            .formatted(db.jdbcUrl(), more));
  }

  /** Waits for sweeps in which nothing went wrong. */
  private static void sweeps(RunningDaemon daemon, int more) {
    double before = daemon.metric(OK);
    await().atMost(Duration.ofSeconds(60)).until(() -> daemon.metric(OK) >= before + more);
  }

  private static String position(TestDatabase db) throws Exception {
    return db.one("select last_value from ticket_id_seq");
  }

  @Test
  void ofOneConfigurationNeitherInstallsWhatTheOtherHas(TestDatabase db) throws Exception {
    db.execute(TICKET);
    try (RunningDaemon one = daemon(db, "one", "");
        RunningDaemon two = daemon(db, "two", "")) {
      sweeps(one, 3);
      sweeps(two, 3);
      String installed = db.one(INSTALLED);

      db.execute("set seqwarden.guard = off; insert into ticket values (100)");
      await().atMost(Duration.ofSeconds(30)).until(() -> position(db).equals("100"));
      sweeps(one, 3);
      sweeps(two, 3);

      assertThat(db.one(INSTALLED)).isEqualTo(installed);
      assertThat(position(db)).isEqualTo("100");
    }
  }

  @Test
  void aPauseHoldsInTheOneThatWasAsked(TestDatabase db) throws Exception {
    db.execute(TICKET);
    try (RunningDaemon one = daemon(db, "one", "");
        RunningDaemon two = daemon(db, "two", "")) {
      sweeps(one, 1);
      sweeps(two, 1);
      assertThat(one.post("/api/v1/databases/app/pause").statusCode()).isEqualTo(200);

      db.execute("set seqwarden.guard = off; insert into ticket values (100)");

      await().atMost(Duration.ofSeconds(30)).until(() -> position(db).equals("100"));
      assertThat(one.metric("seqwarden_database_paused{database=\"app\"}")).isEqualTo(1);
    }
  }

  @Test
  void withOtherLimitsEachReplacesTheOthersFunctions(TestDatabase db) throws Exception {
    db.execute(TICKET);
    try (RunningDaemon one = daemon(db, "one", "");
        RunningDaemon two = daemon(db, "two", "limits.used-ratio = 0.5")) {
      changes(
          db, "select coalesce(obj_description(to_regnamespace('seqwarden')), 'none')", one, two);
    }
  }

  @Test
  void withAnotherIncludeOneTakesAwayTheOthersGuards(TestDatabase db) throws Exception {
    db.execute(TICKET);
    try (RunningDaemon one = daemon(db, "one", "");
        RunningDaemon two = daemon(db, "two", "include = [\"other.*\"]")) {
      changes(db, "select count(*) from pg_trigger where not tgisinternal", one, two);
    }
  }

  /** Waits until something has changed again and again. */
  private static void changes(TestDatabase db, String sql, RunningDaemon... running) {
    assertThat(running).hasSize(2);
    List<String> seen = new ArrayList<>(List.of(""));
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              String now = db.one(sql);
              if (!now.equals(seen.get(seen.size() - 1))) {
                seen.add(now);
              }
              return seen.size() > 6;
            });
  }
}
