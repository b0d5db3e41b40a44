package io.seqwarden.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.seqwarden.drift.Finding;
import io.seqwarden.sweep.DatabaseWatch.SyncResult;
import io.seqwarden.sweep.SweepReport;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WriteRoutesTest {

  private static final String APP = "/api/v1/databases/app";
  private static final String SYNC = APP + "/sequences/public.ticket_id_seq/sync";

  private final TestServer server = new TestServer(TestServer.OPEN);

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void syncTellsWhatItDid() {
    HttpResponse<String> response = server.post(SYNC);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo("{\"before\":100,\"after\":120,\"highWater\":120,\"state\":\"in_sync\"}");
    assertThat(server.app.calls).containsExactly("sequence public.ticket_id_seq force=false http");
  }

  @Test
  void syncByTableIsTheSame() {
    HttpResponse<String> response = server.post(APP + "/tables/public.%22a%2Fb%22/sync?force=true");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(server.app.calls).containsExactly("table public.\"a/b\" force=true http");
  }

  @Test
  void tableNeedsItsSchema() {
    assertThat(TestServer.problem(server.post(APP + "/tables/ticket/sync"), 400))
        .startsWith("table is 'ticket', which is no name with its schema.");
    assertThat(server.app.calls).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "1", "TRUE"})
  void forceIsTrueOrFalse(String force) {
    assertThat(TestServer.problem(server.post(SYNC + "?force=" + force), 400))
        .isEqualTo("Query parameter 'force': it is '%s'. Write true or false.".formatted(force));
    assertThat(server.app.calls).isEmpty();
  }

  @Test
  void refusedIsAConflictWithItsReason() {
    server.app.answers(unchanged(Samples.refused("app")));

    HttpResponse<String> response = server.post(SYNC);

    assertThat(TestServer.problem(response, 409))
        .isEqualTo(
            "public.tiny_id_seq stays at 32000: past 32767 no id remains in public.tiny.id. Widen"
                + " the column.");
    JsonNode problem = TestServer.json(response);
    assertThat(problem.get("state").asText()).isEqualTo("refused");
    assertThat(problem.get("reason").get("code").asText()).isEqualTo("exhausted");
    assertThat(problem.get("before").asLong()).isEqualTo(32_000);
    assertThat(problem.get("highWater").asLong()).isEqualTo(32_767);
  }

  @Test
  void observerJudgesAndAnswersWell() {
    server.app.status = MemoryWatch.observing();
    server.app.answers(unchanged(Samples.refused("app")));

    HttpResponse<String> response = server.post(SYNC);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(TestServer.json(response).get("state").asText()).isEqualTo("refused");
  }

  @Test
  void unreadableIsAStateWithItsReason() {
    server.app.answers(
        new SyncResult.Judged(
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Samples.unreadable("app")));

    HttpResponse<String> response = server.post(SYNC);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            "{\"before\":null,\"after\":null,\"highWater\":null,\"state\":\"unreadable\","
                + "\"reason\":{\"code\":\"privilege\",\"message\":\"public.secret cannot be read:"
                + " permission denied for table secret.\"}}");
  }

  @Test
  void otherResultsAreProblems() {
    server.app.answers(new SyncResult.Unknown("No sequence public.x is watched."));
    assertThat(TestServer.problem(server.post(SYNC), 404))
        .isEqualTo("No sequence public.x is watched.");

    server.app.answers(new SyncResult.Unreachable("Connection refused."));
    HttpResponse<String> unreachable = server.post(SYNC);
    assertThat(TestServer.problem(unreachable, 503)).isEqualTo("Connection refused.");
    assertThat(unreachable.headers().firstValue("Retry-After")).contains("10");

    server.app.answers(new SyncResult.TooMany("2000 calls wait already."));
    HttpResponse<String> tooMany = server.post(SYNC);
    assertThat(TestServer.problem(tooMany, 429)).isEqualTo("2000 calls wait already.");
    assertThat(tooMany.headers().firstValue("Retry-After")).contains("1");
  }

  @Test
  void pausedSaysWhenToComeBack() {
    server.app.status = MemoryWatch.paused(Optional.of(Samples.NOW.plusSeconds(90)));
    server.app.answers(new SyncResult.NotNow("app is paused; resume it."));

    HttpResponse<String> response = server.post(SYNC);

    assertThat(TestServer.problem(response, 503)).isEqualTo("app is paused; resume it.");
    assertThat(response.headers().firstValue("Retry-After")).contains("91");
  }

  @Test
  void bugIsAnIncidentWithoutDetails() {
    server.app.syncResult =
        CompletableFuture.failedFuture(new IllegalStateException("secret detail"));

    HttpResponse<String> response = server.post(SYNC);

    String incident = TestServer.json(response).get("incident").asText();
    assertThat(incident).matches("[0-9a-f]{8}");
    assertThat(TestServer.problem(response, 500))
        .isEqualTo(
            "Something unexpected went wrong. The log tells more at incident " + incident + ".");
    assertThat(response.body()).doesNotContain("secret");
  }

  @Test
  void endlessSyncIsAnsweredInTheEnd() {
    ServerLimits limits =
        new ServerLimits(
            Duration.ofMillis(200),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            100,
            8,
            8192,
            4096);
    Consumer<Server> nothing = jetty -> {};
    try (TestServer impatient = new TestServer(TestServer.OPEN, limits, nothing)) {
      CompletableFuture<SyncResult> shared = new CompletableFuture<>();
      impatient.app.syncResult = shared;

      // A connection that waits is not idle, though it is silent for longer than idle ones may.
      HttpResponse<String> response = impatient.post(SYNC);

      assertThat(TestServer.problem(response, 503))
          .isEqualTo(
              "There was no result within 1 s. The work goes on; ask again for how it ended.");
      assertThat(shared).as("others still wait for it").isNotDone();
    }
  }

  @Test
  void sweepTellsCountsAndOutcome() {
    server.app.sweepResult =
        CompletableFuture.completedFuture(
            report(SweepReport.Outcome.PARTIAL, List.of("One was left.")));

    HttpResponse<String> response = server.post(APP + "/sync");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            "{\"database\":\"app\",\"outcome\":\"partial\",\"role\":\"primary\","
                + "\"startedAt\":\"2026-03-01T12:00:00Z\",\"durationSeconds\":1.5,"
                + "\"counts\":{\"in_sync\":0,\"unreadable\":0,\"behind\":1,\"refused\":0},"
                + "\"events\":1,\"problems\":[\"One was left.\"]}");
    assertThat(server.app.calls).containsExactly("sweep http");
  }

  @Test
  void sweepThatCouldNotBeDoneIsAProblem() {
    server.app.sweepResult =
        CompletableFuture.completedFuture(
            report(SweepReport.Outcome.FAILED, List.of("Connection refused.")));
    assertThat(TestServer.problem(server.post(APP + "/sync"), 503))
        .isEqualTo("The sweep of app failed: Connection refused.");

    server.app.sweepResult =
        CompletableFuture.completedFuture(
            report(SweepReport.Outcome.SKIPPED, List.of("It is paused.")));
    HttpResponse<String> skipped = server.post(APP + "/sync");
    assertThat(TestServer.problem(skipped, 503))
        .isEqualTo("No sweep of app was done: It is paused.");
    assertThat(skipped.headers().firstValue("Retry-After")).contains("10");
  }

  @ParameterizedTest
  @CsvSource({
    "30m, PT30M",
    "1h, PT1H",
    "90s, PT1M30S",
    "2d, PT48H",
    "10 minutes, PT10M",
    "PT45M, PT45M",
  })
  void pauseUnderstandsBothNotations(String length, String parsed) {
    HttpResponse<String> response = server.post(APP + "/pause?for=" + length.replace(" ", "%20"));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(TestServer.json(response).get("paused").asBoolean()).isTrue();
    assertThat(server.app.calls).containsExactly("pause " + parsed);
  }

  @Test
  void pauseLastsUntilResumed() {
    JsonNode paused = TestServer.json(server.post(APP + "/pause"));
    JsonNode resumed = TestServer.json(server.post(APP + "/resume"));

    assertThat(paused.get("paused").asBoolean()).isTrue();
    assertThat(paused.get("pausedUntil").isNull()).isTrue();
    assertThat(resumed.get("paused").asBoolean()).isFalse();
    assertThat(server.app.calls).containsExactly("pause open", "resume");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"soon", "30", "0s", "-5m", "PT-5M", "366d", "30 fortnights", "999999999d"})
  void badLengthIsNamed(String length) {
    HttpResponse<String> response = server.post(APP + "/pause?for=" + length.replace(" ", "%20"));

    assertThat(TestServer.problem(response, 400))
        .isEqualTo(
            ("Query parameter 'for': it is '%s'. Write a length of time up to 365d, like 30m, 1h"
                    + " or PT30M.")
                .formatted(length));
    assertThat(server.app.calls).isEmpty();
  }

  @Test
  void unknownParametersChangeNothing() {
    assertThat(TestServer.problem(server.post(APP + "/resume?for=1h"), 400))
        .isEqualTo("Query parameter 'for': there is no such parameter here. There is none at all.");
    assertThat(TestServer.problem(server.post(APP + "/sync?force=true"), 400))
        .isEqualTo(
            "Query parameter 'force': there is no such parameter here. There is none at all.");
    assertThat(TestServer.problem(server.post(SYNC + "?forced=true"), 400))
        .isEqualTo("Query parameter 'forced': there is no such parameter here. Known: force.");
    assertThat(server.app.calls).isEmpty();
  }

  private static SyncResult unchanged(Finding finding) {
    return new SyncResult.Judged(
        OptionalLong.of(32_000), OptionalLong.of(32_000), finding.verdict().mark(), finding);
  }

  private static SweepReport report(SweepReport.Outcome outcome, List<String> problems) {
    return new SweepReport(
        "app",
        Samples.NOW,
        Duration.ofMillis(1_500),
        outcome,
        Optional.of(SweepReport.Role.PRIMARY),
        List.of(Samples.behind("app")),
        List.of(Samples.guardEvent("app", "public.ticket_id_seq")),
        problems);
  }
}
