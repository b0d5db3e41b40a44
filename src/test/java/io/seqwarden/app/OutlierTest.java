package io.seqwarden.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * One id typed by a person at the very end of an integer key, against the daemon as it runs: no way
 * in follows it, everybody is told, the table lives on, and a person can still decide otherwise.
 */
@ExtendWith(PostgresExtension.class)
final class OutlierTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String SEQUENCE = "/api/v1/databases/app/sequences/public.ticket_id_seq";
  private static final String NEW = "insert into ticket default values returning id";
  private static final String PAST_THE_GUARD = "set seqwarden.guard = off; ";

  @EveryMajor
  void isNotFollowedUnlessAPersonSaysSo(TestDatabase db, @TempDir Path folder) throws Exception {
    db.execute(
        "create table ticket (id serial primary key)",
        "insert into ticket select nextval('ticket_id_seq') from generate_series(1, 10)");
    try (RunningDaemon daemon = start(db, folder)) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(finding(daemon).path("guarded").asBoolean()).isTrue());

      db.execute("insert into ticket values (2147483647)");
      assertThat(db.one(NEW)).as("the guard").isEqualTo("11");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(finding(daemon).path("warnings").toString()).contains("outlier"));
      assertThat(finding(daemon).path("state").asText()).isEqualTo("in_sync");
      assertThat(finding(daemon).path("highWater").asLong()).isEqualTo(11);
      assertThat(db.one(NEW)).as("the sweep").isEqualTo("12");
      assertThat(daemon.post(SEQUENCE + "/sync").statusCode()).isEqualTo(200);
      assertThat(db.one(NEW)).as("the endpoint").isEqualTo("13");
      assertThat(Ran.command("sync", "--url", db.jdbcUrl(), "--user", "postgres").exitCode())
          .isZero();
      db.execute("select seqwarden.sync_all()", "select sync_ticket_sequence()");
      assertThat(db.one(NEW)).as("the commands").isEqualTo("14");

      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(daemon.get("/api/v1/events").body())
                    .contains("\"source\":\"guard\"")
                    .contains("\"highWater\":2147483647");
                assertThat(daemon.get("/metrics").body())
                    .containsPattern(
                        "seqwarden_refusals_total\\{database=\"app\",reason=\"outlier\"} [1-9]");
              });

      db.execute(PAST_THE_GUARD + "insert into ticket values (500)");
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(position(db)).isEqualTo("500"));
      assertThat(db.one(NEW)).as("drift below it").isEqualTo("501");

      HttpResponse<String> last = daemon.post(SEQUENCE + "/sync?force=true");
      assertThat(last.statusCode()).as("no id would remain: %s", last.body()).isEqualTo(409);
      assertThat(db.one(NEW)).isEqualTo("502");

      db.execute("update ticket set id = 2147483000 where id = 2147483647");
      HttpResponse<String> forced = daemon.post(SEQUENCE + "/sync?force=true");
      assertThat(forced.statusCode()).as(forced.body()).isEqualTo(200);
      assertThat(db.one(NEW)).as("forced").isEqualTo("2147483001");

      db.execute(PAST_THE_GUARD + "insert into ticket values (2147483100)");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(position(db)).isEqualTo("2147483100"));
      assertThat(db.one(NEW)).as("ordinary steps close to the limit").isEqualTo("2147483101");
    }
  }

  /** The sequence itself is at 95 % already: what it feeds is drift, not an outlier. */
  @EveryMajor
  void pastTheBoundDriftIsStillHealed(TestDatabase db, @TempDir Path folder) throws Exception {
    db.execute(
        "create table ticket (id serial primary key)",
        "select setval('ticket_id_seq', 2040109465)",
        "insert into ticket values (2040200000)");
    try (RunningDaemon daemon = start(db, folder)) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(position(db)).isEqualTo("2040200000"));
      assertThat(db.one(NEW)).isEqualTo("2040200001");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(finding(daemon).path("warnings").toString()).contains("exhausting"));
    }
  }

  private static String position(TestDatabase db) throws SQLException {
    return db.one("select last_value from ticket_id_seq");
  }

  private static RunningDaemon start(TestDatabase db, Path folder) throws Exception {
    String url = db.jdbcUrl() + "?user=" + TestDatabase.SUPERUSER;
    return RunningDaemon.start(folder, RunningDaemon.database("app", url));
  }

  private static JsonNode finding(RunningDaemon daemon) {
    return daemon.json(SEQUENCE);
  }
}
