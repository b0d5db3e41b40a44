package io.seqwarden.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seqwarden.config.ConfigurationLoader;
import io.seqwarden.config.Loaded;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
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

  private final HttpClient client = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();

  @EveryMajor
  void isNotFollowedUnlessAPersonSaysSo(TestDatabase db, @TempDir Path folder) throws Exception {
    db.execute(
        "create table ticket (id serial primary key)",
        "insert into ticket select nextval('ticket_id_seq') from generate_series(1, 10)");
    try (Daemon daemon = start(db, folder)) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(finding(daemon).get("guarded").asBoolean()).isTrue());

      db.execute("insert into ticket values (2147483647)");
      assertThat(db.one(NEW)).as("the guard").isEqualTo("11");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(finding(daemon).get("warnings").toString()).contains("outlier"));
      assertThat(finding(daemon).get("state").asText()).isEqualTo("in_sync");
      assertThat(finding(daemon).get("highWater").asLong()).isEqualTo(11);
      assertThat(db.one(NEW)).as("the sweep").isEqualTo("12");
      assertThat(post(daemon, "/sync").statusCode()).isEqualTo(200);
      assertThat(db.one(NEW)).as("the endpoint").isEqualTo("13");
      assertThat(Ran.command("sync", "--url", db.jdbcUrl(), "--user", "postgres").exitCode())
          .isZero();
      db.execute("select seqwarden.sync_all()", "select sync_ticket_sequence()");
      assertThat(db.one(NEW)).as("the commands").isEqualTo("14");

      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(get(daemon, "/api/v1/events"))
                    .contains("\"source\":\"guard\"")
                    .contains("\"highWater\":2147483647");
                assertThat(get(daemon, "/metrics"))
                    .containsPattern(
                        "seqwarden_refusals_total\\{database=\"app\",reason=\"outlier\"} [1-9]");
              });

      db.execute(PAST_THE_GUARD + "insert into ticket values (500)");
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(position(db)).isEqualTo("500"));
      assertThat(db.one(NEW)).as("drift below it").isEqualTo("501");

      HttpResponse<String> last = post(daemon, "/sync?force=true");
      assertThat(last.statusCode()).as("no id would remain: %s", last.body()).isEqualTo(409);
      assertThat(db.one(NEW)).isEqualTo("502");

      db.execute("update ticket set id = 2147483000 where id = 2147483647");
      HttpResponse<String> forced = post(daemon, "/sync?force=true");
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
    try (Daemon daemon = start(db, folder)) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(position(db)).isEqualTo("2040200000"));
      assertThat(db.one(NEW)).isEqualTo("2040200001");
    }
  }

  private static String position(TestDatabase db) throws SQLException {
    return db.one("select last_value from ticket_id_seq");
  }

  private static Daemon start(TestDatabase db, Path folder) throws Exception {
    Files.writeString(folder.resolve("token"), "s3cret-token\n");
    Path file = folder.resolve("seqwarden.conf");
    Files.writeString(
        file,
        """
        seqwarden {
          http { port = 0, token-file = "token" }
          databases { app {
            url = "%s", user = "%s", every = 1s, mode = heal, guard = ensure
          } }
        }
        """
            .formatted(db.jdbcUrl(), TestDatabase.SUPERUSER));
    Loaded.Valid loaded = (Loaded.Valid) ConfigurationLoader.load(file);
    return Daemon.start(loaded.configuration(), Clock.systemUTC());
  }

  private JsonNode finding(Daemon daemon) throws Exception {
    return json.readTree(get(daemon, SEQUENCE));
  }

  private String get(Daemon daemon, String path) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(daemon.page().resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private HttpResponse<String> post(Daemon daemon, String action) throws Exception {
    URI uri = daemon.page().resolve(SEQUENCE + action);
    return client.send(
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Bearer s3cret-token")
            .POST(HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
