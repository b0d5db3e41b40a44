package io.seqwarden.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seqwarden.http.HttpServer.CannotStartException;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AccessTest {

  private static final String SYNC = "/api/v1/databases/app/sequences/public.ticket_id_seq/sync";
  private static final String[] TOKEN = {"Authorization", "Bearer " + TestServer.TOKEN};

  @Test
  void withoutATokenPostIsClosedAndSaysWhichKeyToSet() {
    try (TestServer server = new TestServer(TestServer.CLOSED)) {
      assertThat(TestServer.problem(server.post(SYNC), 403))
          .isEqualTo(
              "POST is closed because http.token-file is not set. Set it and send its token as"
                  + " 'Authorization: Bearer TOKEN', or set http.anonymous-sync = true to open"
                  + " POST to everybody on this machine.");
      assertThat(server.app.calls).isEmpty();
      assertThat(server.get("/api/v1/databases").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void withATokenPostNeedsIt() {
    try (TestServer server = new TestServer(TestServer.WITH_TOKEN)) {
      HttpResponse<String> without = server.post(SYNC);
      assertThat(TestServer.problem(without, 401))
          .isEqualTo(
              "This needs the token in http.token-file. Send it as 'Authorization: Bearer"
                  + " TOKEN'.");
      assertThat(without.headers().firstValue("WWW-Authenticate"))
          .contains("Bearer realm=\"seqwarden\"");

      HttpResponse<String> wrong = server.post(SYNC, "Authorization", "Bearer wrong");
      assertThat(TestServer.problem(wrong, 401))
          .isEqualTo("The token is not the one in http.token-file.");
      assertThat(wrong.headers().firstValue("WWW-Authenticate"))
          .contains("Bearer realm=\"seqwarden\", error=\"invalid_token\"");

      assertThat(server.post(SYNC, "Authorization", "Basic YTpi").statusCode()).isEqualTo(401);
      assertThat(server.app.calls).isEmpty();
      assertThat(server.post(SYNC, TOKEN).statusCode()).isEqualTo(200);
      assertThat(server.post(SYNC, "Authorization", "bearer  " + TestServer.TOKEN).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void onLoopbackReadingIsOpenButAWrongTokenIsTold() {
    try (TestServer server = new TestServer(TestServer.WITH_TOKEN)) {
      assertThat(server.get("/api/v1/databases").statusCode()).isEqualTo(200);
      assertThat(server.get("/metrics").statusCode()).isEqualTo(200);
      assertThat(server.get("/").statusCode()).isEqualTo(200);
      assertThat(server.get("/metrics", TOKEN).statusCode()).isEqualTo(200);
      assertThat(server.get("/api/v1/databases", "Authorization", "Bearer wrong").statusCode())
          .isEqualTo(401);
    }
  }

  @Test
  void beyondLoopbackEverythingButTheProbesNeedsTheToken() {
    HttpSettings everywhere =
        TestServer.settings("0.0.0.0", Optional.of(new Token(TestServer.TOKEN)), true);
    try (TestServer server = new TestServer(everywhere)) {
      for (String path : new String[] {"/", "/metrics", "/openapi.json", "/api/v1/databases"}) {
        assertThat(server.get(path).statusCode()).as(path).isEqualTo(401);
        assertThat(server.get(path, TOKEN).statusCode()).as(path).isEqualTo(200);
      }
      assertThat(server.get("/nothing").statusCode()).isEqualTo(401);
      assertThat(server.post(SYNC).statusCode()).as("anonymous-sync").isEqualTo(401);
      assertThat(server.post(SYNC, TOKEN).statusCode()).isEqualTo(200);
      assertThat(server.get("/livez").statusCode()).isEqualTo(200);
      assertThat(server.get("/readyz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void beyondLoopbackEveryHostIsServed() throws Exception {
    HttpSettings everywhere =
        TestServer.settings("0.0.0.0", Optional.of(new Token(TestServer.TOKEN)), false);
    try (TestServer server = new TestServer(everywhere)) {
      assertThat(server.raw(get("/livez", "db.example.org:8787"))).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void beyondLoopbackThereIsNoStartWithoutAToken() {
    assertThatThrownBy(
            () -> new TestServer(TestServer.settings("0.0.0.0", Optional.empty(), true)).close())
        .isInstanceOf(CannotStartException.class)
        .hasMessage(
            "http.host is 0.0.0.0, which other machines can reach, and http.token-file is not"
                + " set: everybody there could read and repair. Set http.token-file, or"
                + " http.host = \"127.0.0.1\".");
  }

  @Test
  void unknownHostOfTheListenerIsTold() {
    assertThatThrownBy(
            () ->
                new TestServer(TestServer.settings("no.such.invalid", Optional.empty(), true))
                    .close())
        .isInstanceOf(CannotStartException.class)
        .hasMessage(
            "http.host is no.such.invalid, which no address is known for. Set an address of this"
                + " machine.");
  }

  @Test
  void portInUseIsTold() {
    try (TestServer server = new TestServer(TestServer.CLOSED)) {
      int port = server.server().port();
      HttpSettings same =
          new HttpSettings("127.0.0.1", port, Optional.empty(), false, TestServer.CLOSED.hosts());

      assertThatThrownBy(() -> new TestServer(same).close())
          .isInstanceOf(CannotStartException.class)
          .hasMessage(
              ("Cannot listen on http.host = 127.0.0.1, http.port = %d: Address already in use."
                      + " Free that port or set another.")
                  .formatted(port));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:1234",
        "127.0.0.1:8787",
        "[::1]:80",
        "seq.example.com",
        "seq.example.com:443",
      })
  void knownHostsAreServedOnLoopback(String host) throws Exception {
    try (TestServer server = new TestServer(TestServer.CLOSED)) {
      assertThat(server.raw(get("/livez", host))).startsWith("HTTP/1.1 200 ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example:8787",
        "127.0.0.2",
      })
  void otherHostsAreNotServedOnLoopback(String host) throws Exception {
    try (TestServer server = new TestServer(TestServer.OPEN)) {
      for (String path : new String[] {"/livez", "/", "/api/v1/databases", "/nothing"}) {
        assertThat(server.raw(get(path, host)))
            .startsWith("HTTP/1.1 421 ")
            .contains("Content-Type: application/problem+json")
            .contains(" is not served here, against DNS rebinding. Use localhost, or name it in")
            .contains("http.hosts");
      }
    }
  }

  @Test
  void absoluteTargetsHostCountsToo() throws Exception {
    try (TestServer server = new TestServer(TestServer.OPEN)) {
      assertThat(
              server.raw(
                  TestServer.lines("GET http://evil.example/livez HTTP/1.1", "Host: evil.example")))
          .startsWith("HTTP/1.1 421 ");
      assertThat(
              server.raw(
                  TestServer.lines("GET http://evil.example/livez HTTP/1.1", "Host: localhost")))
          .startsWith("HTTP/1.1 4");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "http://evil.example:8787",
        "http://localhost:1",
        "http://localhost.evil.example",
        "null",
        "file://",
        "::",
        "https://evil.example/seq.example.com",
      })
  void foreignOriginMayNotPost(String origin) {
    try (TestServer server = new TestServer(TestServer.OPEN)) {
      assertThat(TestServer.problem(server.post(SYNC, "Origin", origin), 403))
          .isEqualTo(
              "Origin '%s' is a foreign one: a page of another site may not change anything here."
                  .formatted(origin));
      assertThat(server.app.calls).isEmpty();
    }
  }

  @Test
  void ownOriginMayPost() {
    try (TestServer server = new TestServer(TestServer.OPEN)) {
      String own = "http://127.0.0.1:" + server.server().port();
      assertThat(server.post(SYNC, "Origin", own).statusCode()).isEqualTo(200);
      assertThat(server.post(SYNC, "Origin", "https://seq.example.com").statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void personIsAskedForTheTokenAndGetsNothingElse() {
    try (TestServer server =
        new TestServer(
            TestServer.settings("0.0.0.0", Optional.of(new Token(TestServer.TOKEN)), false))) {
      server.journal.findings.add(Samples.behind("app"));
      HttpResponse<String> page = server.get("/", "Accept", "text/html");

      assertThat(page.statusCode()).isEqualTo(401);
      assertThat(page.headers().firstValue("WWW-Authenticate")).isPresent();
      assertThat(page.body()).contains("id=\"ask-token\"").doesNotContain("ticket_id_seq");
      assertThat(server.get("/assets/seqwarden.js").statusCode()).isEqualTo(200);
      assertThat(server.get("/assets/nothing").statusCode()).isEqualTo(404);
      assertThat(server.get("/warnings").statusCode()).isEqualTo(401);
      assertThat(server.get("/", "Authorization", "Bearer " + TestServer.TOKEN).body())
          .contains("ticket_id_seq");
    }
  }

  @Test
  void methodIsNotOverridden() {
    try (TestServer server = new TestServer(TestServer.OPEN)) {
      assertThat(TestServer.problem(server.get(SYNC, "X-HTTP-Method-Override", "POST"), 400))
          .isEqualTo("X-HTTP-Method-Override is not understood. Send the method itself.");
      assertThat(server.app.calls).isEmpty();
    }
  }

  private static String get(String path, String host) {
    return "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(path, host);
  }
}
