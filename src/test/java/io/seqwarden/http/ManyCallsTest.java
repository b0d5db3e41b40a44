package io.seqwarden.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.sweep.DatabaseWatch.SyncResult;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ManyCallsTest {

  private static final int CALLS = 1_000;
  private static final String SYNC = "/api/v1/databases/app/sequences/public.ticket_id_seq/sync";

  @Test
  void thousandWaitingCallsHoldNoThreadAndAreAllAnswered() {
    try (TestServer server = new TestServer(TestServer.OPEN)) {
      CompletableFuture<SyncResult> repair = new CompletableFuture<>();
      server.app.syncResult = repair;
      HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

      List<CompletableFuture<HttpResponse<String>>> answers =
          IntStream.range(0, CALLS)
              .mapToObj(
                  i ->
                      client.sendAsync(
                          server
                              .request(SYNC)
                              .timeout(Duration.ofSeconds(60))
                              .POST(HttpRequest.BodyPublishers.noBody())
                              .build(),
                          HttpResponse.BodyHandlers.ofString()))
              .toList();
      await().atMost(Duration.ofSeconds(60)).until(() -> server.app.calls.size() == CALLS);

      assertThat(server.get("/livez").statusCode()).as("while they wait").isEqualTo(200);
      assertThat(answers).noneMatch(CompletableFuture::isDone);

      repair.complete(MemoryWatch.judged(Samples.healed("app")));
      assertThat(answers)
          .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
    }
  }
}
