package io.seqwarden.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar as a process: a drifted ticket is found, healed, guarded, seen and scraped. */
@ExtendWith(PostgresExtension.class)
class EndToEndIT {

  private static final Pattern SERVES = Pattern.compile("serves (http://127\\.0\\.0\\.1:\\d+/)");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient client = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();

  private static Process start(Path log, String... arguments) throws IOException {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + System.getProperty("seqwarden.jvmOptions"),
                // Whose digits are others: what machines read has to be in ASCII all the same.
                "-Duser.language=fa",
                "-Duser.country=IR",
                "-jar",
                String.valueOf(System.getProperty("seqwarden.jar"))));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static URI page(Path log) {
    await().atMost(PATIENCE).until(() -> SERVES.matcher(Files.readString(log)).find());
    try {
      Matcher matcher = SERVES.matcher(Files.readString(log));
      assertThat(matcher.find()).isTrue();
      return URI.create(matcher.group(1));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  private HttpResponse<String> get(URI uri) throws Exception {
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(URI uri, String token) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Bearer " + token)
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void theWholeWay(TestDatabase db, @TempDir Path folder) throws Exception {
    db.execute(
        "create table ticket (id bigserial primary key, title text)",
        "insert into ticket select i, 'imported' from generate_series(1, 1285) i");
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
    Path log = folder.resolve("log");
    Process process = start(log, "run", "-c", file.toString());
    try {
      URI page = page(log);
      await().atMost(PATIENCE).until(() -> get(page.resolve("/readyz")).statusCode() == 200);

      assertThat(db.one("insert into ticket (title) values ('plain') returning id"))
          .isEqualTo("1286");
      URI one = page.resolve("/api/v1/databases/app/sequences/public.ticket_id_seq");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                JsonNode finding = json.readTree(get(one).body());
                assertThat(finding.get("state").asText()).isEqualTo("in_sync");
                assertThat(finding.get("guarded").asBoolean()).isTrue();
                assertThat(finding.get("highWater").asLong()).isEqualTo(1286);
              });
      try (Connection connection = db.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("set application_name = 'import'");
        statement.execute("insert into ticket values (5000, 'explicit')");
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(get(page.resolve("/api/v1/events")).body())
                      .contains("\"source\":\"guard\"", "\"applicationName\":\"import\""));
      URI sync = page.resolve("/api/v1/databases/app/tables/public.ticket/sync");
      assertThat(post(sync, "wrong").statusCode()).isEqualTo(401);
      HttpResponse<String> synced = post(sync, "s3cret-token");
      assertThat(synced.statusCode()).isEqualTo(200);
      assertThat(json.readTree(synced.body()).get("after").asLong()).isEqualTo(5000);
      assertThat(get(page.resolve("/metrics")).body())
          .contains(
              "seqwarden_advances_total{database=\"app\",sequence=\"public.ticket_id_seq\",source=\"guard\"} 1.0",
              "seqwarden_advances_total{database=\"app\",sequence=\"public.ticket_id_seq\",source=\"sweep\"} 1.0",
              "seqwarden_sequence_gap{database=\"app\",sequence=\"public.ticket_id_seq\"} 0.0",
              "seqwarden_database_up{database=\"app\"} 1.0");
      assertThat(get(page).body()).contains("public.ticket_id_seq");
      assertThat(get(page.resolve("/livez")).statusCode()).isEqualTo(200);
      stop(process);
      assertThat(Files.readString(log)).doesNotContain("s3cret-token", "ERROR");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void badConfigurationEndsWith2(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("seqwarden.conf");
    Files.writeString(file, "seqwarden { http { port = seven } }\n");
    Path log = folder.resolve("log");

    Process process = start(log, "run", "-c", file.toString());

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(Files.readString(log)).contains("seqwarden.conf:1: seqwarden.http.port");
  }

  @Test
  void theDemoDriftsHealsAndLeavesNothing(@TempDir Path folder) throws Exception {
    Path log = folder.resolve("log");
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + System.getProperty("seqwarden.jvmOptions"),
            "-Djava.io.tmpdir=" + temporary,
            "-jar",
            String.valueOf(System.getProperty("seqwarden.jar")),
            "demo",
            "--port",
            "0");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      await()
          .atMost(Duration.ofSeconds(90))
          .untilAsserted(
              () ->
                  assertThat(Files.readString(log))
                      .contains(
                          "importer: writes 20 explicit ids with the guard switched off",
                          "application: insert failed with 23505",
                          "application: inserts work again",
                          "by sweep"));
      stop(process);
      try (var left = Files.list(temporary)) {
        assertThat(left.filter(path -> !path.getFileName().toString().startsWith("hsperf")))
            .isEmpty();
      }
    } finally {
      process.destroyForcibly();
    }
  }
}
