package io.seqwarden.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.sweep.DatabaseWatch.SyncResult;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** What is inserted from outside sees every request; what is under way at the stop is finished. */
final class ServerHookTest {

  private static final String SYNC = "/api/v1/databases/app/sequences/public.ticket_id_seq/sync";

  @Test
  void insertedHandlerSeesEveryRequest() {
    List<String> seen = new CopyOnWriteArrayList<>();
    try (TestServer server =
        new TestServer(
            TestServer.OPEN, ServerLimits.DEFAULT, jetty -> jetty.insertHandler(witness(seen)))) {
      server.get("/livez");
      server.get("/nothing");
      server.post(SYNC);
    }

    assertThat(seen).containsExactly("/livez", "/nothing", SYNC);
  }

  @Test
  void requestUnderWayIsAnsweredBeforeTheStop() {
    CompletableFuture<SyncResult> repair = new CompletableFuture<>();
    CompletableFuture<HttpResponse<String>> answer;
    CompletableFuture<Void> stopped;
    try (TestServer server = new TestServer(TestServer.OPEN)) {
      server.app.syncResult = repair;
      HttpRequest request = server.request(SYNC).POST(HttpRequest.BodyPublishers.noBody()).build();
      answer =
          java.net.http.HttpClient.newHttpClient()
              .sendAsync(request, HttpResponse.BodyHandlers.ofString());
      await().until(() -> !server.app.calls.isEmpty());

      stopped = CompletableFuture.runAsync(server::close);
      await().until(() -> isRefused(server));
      repair.complete(MemoryWatch.judged(Samples.healed("app")));
      assertThat(answer.orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).join().statusCode())
          .isEqualTo(200);
    }
    assertThat(stopped).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void stopIsBoundedAndToldToWhoeverWaits() {
    try (TestServer server = new TestServer(TestServer.OPEN)) {
      server.app.syncResult = new CompletableFuture<>();
      HttpRequest request = server.request(SYNC).POST(HttpRequest.BodyPublishers.noBody()).build();
      CompletableFuture<HttpResponse<String>> answer =
          java.net.http.HttpClient.newHttpClient()
              .sendAsync(request, HttpResponse.BodyHandlers.ofString());
      await().until(() -> !server.app.calls.isEmpty());

      assertThat(CompletableFuture.runAsync(server::close))
          .succeedsWithin(ServerLimits.DEFAULT.stop().plusSeconds(5));
      assertThat(TestServer.problem(answer.join(), 503))
          .isEqualTo("seqwarden is stopping. Ask again once it is back.");
    }
  }

  private static boolean isRefused(TestServer server) {
    try {
      return server.get("/livez").statusCode() == 503;
    } catch (AssertionError e) {
      return true;
    }
  }

  private static Handler.Singleton witness(List<String> seen) {
    return new Handler.Wrapper() {
      @Override
      public boolean handle(Request request, Response response, Callback callback)
          throws Exception {
        seen.add(Request.getPathInContext(request));
        return super.handle(request, response, callback);
      }
    };
  }
}
