package io.seqwarden.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.sweep.DatabaseWatch.SyncResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostileInputTest {

  private static final String SYNC = "/api/v1/databases/app/sequences/public.ticket_id_seq/sync";

  private final TestServer server = new TestServer(TestServer.OPEN);

  @AfterAll
  void close() {
    server.close();
  }

  @Test
  void whatIsNotServedIsNotFound() {
    assertThat(TestServer.problem(server.get("/api/v2/databases"), 404))
        .isEqualTo("Nothing is served at '/api/v2/databases'. /openapi.json describes what is.");
    assertThat(server.get("/livez/").statusCode()).isEqualTo(200);
  }

  @Test
  void wrongMethodIsToldTheRightOnes() {
    HttpResponse<String> get = server.get(SYNC);
    assertThat(TestServer.problem(get, 405))
        .isEqualTo("'GET' is not answered here. Allowed: POST.");
    assertThat(get.headers().firstValue("Allow")).contains("POST");

    HttpResponse<String> post = server.post("/api/v1/databases", "Accept", "text/html");
    assertThat(TestServer.problem(post, 405))
        .isEqualTo("'POST' is not answered here. Allowed: GET, HEAD.");
    assertThat(post.headers().firstValue("Allow")).contains("GET, HEAD");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DELETE", "PUT", "OPTIONS", "TRACE", "PATCH", "PROPFIND", "post"})
  void otherMethodsAreNotAllowed(String method) throws Exception {
    String answer =
        server.raw(
            method + " /api/v1/databases HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 405 ").contains("Allow: GET, HEAD");
  }

  @Test
  void everyAnswerHasTheSecurityHeaders() throws Exception {
    List<String> answers = new ArrayList<>();
    for (String path : List.of("/", "/livez", "/api/v1/databases", "/nothing", "/%00")) {
      answers.add(
          server.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
    }
    assertThat(answers)
        .allSatisfy(
            answer ->
                assertThat(answer)
                    .contains("Content-Security-Policy: default-src 'none'; script-src 'self';")
                    .contains("frame-ancestors 'none'")
                    .contains("X-Content-Type-Options: nosniff")
                    .contains("Referrer-Policy: no-referrer")
                    .contains("Cache-Control: no-store")
                    .doesNotContain("Server:")
                    .doesNotContain("Jetty"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /%00 HTTP/1.1\r\nHost: localhost\r\n",
        "GET /%zz HTTP/1.1\r\nHost: localhost\r\n",
        "GET /api/v1/databases/app/sequences/public.%00 HTTP/1.1\r\nHost: localhost\r\n",
        "GET /api/v1/databases/app/sequences/public.%ff HTTP/1.1\r\nHost: localhost\r\n",
        "GET /livez HTTP/1.1\r\n",
        "GET /livez HTTP/1.1\r\nHost: local host\r\n",
        "GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n",
        "GET /livez HTTP/1.1\r\nHost: localhost\r\nno colon\r\n",
        "GET /livez\u0001 HTTP/1.1\r\nHost: localhost\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n",
      })
  void whatDoesNotParseIsABadRequest(String request) throws Exception {
    String answer = server.raw(request + "Connection: close\r\n\r\n");

    assertThat(answer)
        .startsWith("HTTP/1.1 400 ")
        .contains("application/problem+json")
        .contains("\"type\":\"about:blank\"")
        .doesNotContain("Exception");
  }

  @Test
  void overlongUriAndHeadersAreRefused() throws Exception {
    String uri = server.raw("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    String header =
        server.raw(
            "GET /livez HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");

    assertThat(uri).startsWith("HTTP/1.1 414 ").contains("application/problem+json");
    assertThat(header).startsWith("HTTP/1.1 431 ").contains("application/problem+json");
  }

  @Test
  void bodiesAreIgnoredWhileTheyAreSmall() {
    HttpResponse<String> response =
        server.send(
            server.request(SYNC).POST(HttpRequest.BodyPublishers.ofString("x".repeat(4_096))));

    assertThat(response.statusCode()).isEqualTo(200);
  }

  @Test
  void largeBodyIsRefusedUnread() throws Exception {
    String answer =
        server.raw(
            "POST " + SYNC + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n");

    assertThat(answer)
        .startsWith("HTTP/1.1 413 ")
        .contains("application/problem+json")
        .contains("The body is longer than 4096 bytes. No route here reads one: leave it out.");
  }

  @Test
  void endlessChunkedBodyIsNotRead() throws Exception {
    String answer =
        server.raw(
            "POST "
                + SYNC
                + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "10\r\n0123456789abcdef\r\n");

    assertThat(answer).startsWith("HTTP/1.1 200 ").contains("\"state\":\"in_sync\"");
  }

  @Test
  void slowClientsAreCutOffAndHoldNobodyUp() throws Exception {
    ServerLimits limits =
        new ServerLimits(
            Duration.ofMillis(500),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            50,
            8,
            8192,
            4096);
    try (TestServer strict = new TestServer(TestServer.OPEN, limits, jetty -> {})) {
      List<Socket> slow = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), strict.server().port());
        socket.setSoTimeout(10_000);
        socket
            .getOutputStream()
            .write("GET /livez HTTP/1.1\r\nHost: loc".getBytes(StandardCharsets.US_ASCII));
        slow.add(socket);
      }

      assertThat(strict.get("/livez").statusCode()).isEqualTo(200);
      for (Socket socket : slow) {
        assertThat(readToEnd(socket))
            .satisfiesAnyOf(
                answer -> assertThat(answer).isEmpty(),
                answer -> assertThat(answer).startsWith("HTTP/1.1 408 "));
        socket.close();
      }
    }
  }

  @Test
  void clientThatLeavesWhileItWaitsDoesNoHarm() throws Exception {
    CompletableFuture<SyncResult> pending = new CompletableFuture<>();
    server.app.syncResult = pending;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server().port())) {
      socket
          .getOutputStream()
          .write(
              ("POST " + SYNC + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      org.awaitility.Awaitility.await().until(() -> !server.app.calls.isEmpty());
    }
    SyncResult healed = MemoryWatch.judged(Samples.healed("app"));
    pending.complete(healed);
    server.app.answers(healed);

    assertThat(server.post(SYNC).statusCode()).isEqualTo(200);
  }

  @Test
  void bugInAReadIsAnIncidentWithoutDetails() {
    server.metricsBroken = true;
    HttpResponse<String> response = server.get("/metrics");
    server.metricsBroken = false;

    assertThat(TestServer.problem(response, 500))
        .startsWith("Something unexpected went wrong. The log tells more at incident ");
    assertThat(response.body()).doesNotContain("secret").doesNotContain("IllegalState");
  }

  private static String readToEnd(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
