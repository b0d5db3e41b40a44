package io.seqwarden.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.seqwarden.app.RunningDaemon;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A pause, as for a restore or a cut-over, in the daemon as it is run. */
@ExtendWith(PostgresExtension.class)
final class PauseTest {

  private static final String APP = "/api/v1/databases/app";
  private static final String PAUSED = "seqwarden_database_paused{database=\"app\"}";
  private static final String OK = "seqwarden_sweeps_total{database=\"app\",outcome=\"ok\"}";
  private static final String SKIPPED =
      "seqwarden_sweeps_total{database=\"app\",outcome=\"skipped\"}";

  @TempDir private Path folder;

  @AfterEach
  void nothingOfOursIsLeft(TestDatabase db) {
    Leftovers.none(db);
  }

  private RunningDaemon daemon(TestDatabase db) throws Exception {
    RunningDaemon daemon =
        RunningDaemon.start(folder, RunningDaemon.database("app", db.jdbcUrl() + "?user=postgres"));
    eventually(() -> daemon.metric(OK) > 0);
    return daemon;
  }

  private static void eventually(java.util.concurrent.Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(30)).until(condition);
  }

  private static void drift(TestDatabase db, long to) throws SQLException {
    db.execute("set seqwarden.guard = off; insert into ticket values (%d)".formatted(to));
  }

  private static String position(TestDatabase db) throws SQLException {
    return db.one("select last_value from ticket_id_seq");
  }

  @Test
  void nothingIsSweptOrAdvancedUntilItIsResumed(TestDatabase db) throws Exception {
    db.execute("create table ticket (id bigserial primary key)");
    try (RunningDaemon daemon = daemon(db)) {
      HttpResponse<String> answer = daemon.post(APP + "/pause");
      assertThat(answer.statusCode()).isEqualTo(200);
      JsonNode paused = daemon.json(answer);
      assertThat(paused.get("paused").asBoolean()).isTrue();
      assertThat(paused.get("pausedUntil").isNull()).isTrue();
      assertThat(paused.get("notice").asText())
          .contains("A restart of seqwarden ends the pause", "Guards in the database go on");
      // What was under way may still end.
      Leftovers.noLock(db);
      drift(db, 100);
      double swept = daemon.metric(OK);
      double skipped = daemon.metric(SKIPPED);

      eventually(() -> daemon.metric(SKIPPED) >= skipped + 3);
      for (String sync :
          new String[] {
            "/sync",
            "/tables/public.ticket/sync",
            "/tables/public.ticket/sync?force=true",
            "/sequences/public.ticket_id_seq/sync"
          }) {
        HttpResponse<String> refused = daemon.post(APP + sync);
        assertThat(refused.statusCode()).as(sync).isEqualTo(503);
        assertThat(refused.body()).as(sync).contains("paused");
        assertThat(refused.headers().firstValue("Retry-After")).as(sync).contains("10");
      }
      assertThat(position(db)).isEqualTo("1");
      assertThat(daemon.metric(OK)).isEqualTo(swept);
      assertThat(daemon.metric(PAUSED)).isEqualTo(1);
      assertThat(daemon.json("/readyz").get("paused").get(0).asText()).isEqualTo("app");
      // The guard is the application's.
      db.execute("insert into ticket values (200)");
      assertThat(position(db)).isEqualTo("200");
      drift(db, 300);

      assertThat(daemon.json(daemon.post(APP + "/resume")).get("paused").asBoolean()).isFalse();

      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(position(db)).isEqualTo("300"));
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(daemon.json("/api/v1/events").get("events"))
                      .extracting(
                          event -> event.get("source").asText() + " " + event.get("after").asLong())
                      .containsExactlyInAnyOrder("guard 200", "sweep 300"));
      assertThat(daemon.metric(PAUSED)).isZero();
      assertThat(daemon.json("/readyz").get("paused")).isEmpty();
    }
  }

  @Test
  void aPauseWithALengthEndsByItself(TestDatabase db) throws Exception {
    db.execute("create table ticket (id bigserial primary key)");
    try (RunningDaemon daemon = daemon(db)) {
      JsonNode paused = daemon.json(daemon.post(APP + "/pause?for=3s"));
      assertThat(paused.get("pausedUntil").asText()).isNotEmpty();
      drift(db, 100);

      eventually(() -> position(db).equals("100"));

      assertThat(daemon.metric(PAUSED)).isZero();
    }
  }

  @Test
  void aRestartEndsAPause(TestDatabase db) throws Exception {
    db.execute("create table ticket (id bigserial primary key)");
    try (RunningDaemon before = daemon(db)) {
      before.post(APP + "/pause");
      Leftovers.noLock(db);
      drift(db, 100);
    }
    assertThat(position(db)).isEqualTo("1");

    try (RunningDaemon after = daemon(db)) {
      eventually(() -> position(db).equals("100"));
      assertThat(after.metric(PAUSED)).isZero();
    }
  }
}
