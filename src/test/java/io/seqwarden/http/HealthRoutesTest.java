package io.seqwarden.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HealthRoutesTest {

  private final TestServer server = new TestServer(TestServer.CLOSED);

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void liveWhileTheSchedulerMovesOn() {
    HttpResponse<String> response = server.get("/livez");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"status\":\"live\"}");
  }

  @Test
  void stalledSchedulerSaysSo() {
    server.stalled = Optional.of("No sweep of app has begun for 5 min.");

    assertThat(TestServer.problem(server.get("/livez"), 503))
        .isEqualTo("No sweep of app has begun for 5 min.");
    assertThat(
            server
                .send(server.request("/livez").method("HEAD", HttpRequest.BodyPublishers.noBody()))
                .statusCode())
        .isEqualTo(503);
  }

  @Test
  void readyOnceAllThatCanBeReachedWereSwept() {
    server.shop.status = MemoryWatch.DOWN;

    assertThat(server.get("/readyz").body())
        .isEqualTo("{\"status\":\"ready\",\"unreachable\":[\"shop\"],\"paused\":[]}");
  }

  @Test
  void aPauseBeforeTheFirstSweepHoldsNobodyUp() {
    server.app.status = MemoryWatch.PAUSED_BEFORE_THE_FIRST_SWEEP;

    HttpResponse<String> response = server.get("/readyz");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo("{\"status\":\"ready\",\"unreachable\":[],\"paused\":[\"app\"]}");
  }

  @Test
  void notReadyBeforeTheFirstSweepNorBeforeTheFirstTry() {
    server.app.status = MemoryWatch.FIRST_SWEEP_RUNS;
    server.shop.status = MemoryWatch.NOT_TRIED;

    HttpResponse<String> response = server.get("/readyz");

    assertThat(TestServer.problem(response, 503))
        .isEqualTo("The first sweep is awaited of: app, shop.");
    assertThat(TestServer.json(response).get("databases")).hasSize(2);
  }

  @Test
  void probersMayAddQueries() {
    assertThat(server.get("/livez?verbose").statusCode()).isEqualTo(200);
  }
}
