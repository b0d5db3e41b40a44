package io.seqwarden.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.seqwarden.sweep.SweepReport;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ReadRoutesTest {

  private static final String TICKET = "/api/v1/databases/app/sequences/public.ticket_id_seq";

  private final TestServer server = new TestServer(TestServer.CLOSED);

  @BeforeAll
  void fill() {
    server.journal.findings.add(Samples.refused("shop"));
    server.journal.findings.add(Samples.behind("app"));
    server.journal.findings.add(Samples.unreadable("app"));
    server.journal.findings.add(Samples.inSync("app", "public.\"a/b%c\"", "public.\"a/b\""));
    server.journal.findings.add(Samples.inSync("app", "public.\"T\"\"x.y\"", "public.\"T\""));
    server.journal.events.add(Samples.refusalEvent("shop", "public.tiny_id_seq"));
    server.journal.events.add(Samples.guardEvent("app", "public.ticket_id_seq"));
    server.journal.reports.add(
        new SweepReport(
            "app",
            Samples.NOW.minusSeconds(13),
            Duration.ofSeconds(1),
            SweepReport.Outcome.PARTIAL,
            Optional.of(SweepReport.Role.PRIMARY),
            List.of(),
            List.of(),
            List.of("public.secret has no guard: permission denied.")));
    server.shop.status = MemoryWatch.DOWN;
  }

  @AfterAll
  void close() {
    server.close();
  }

  @Test
  void databasesTellHowTheyStand() {
    assertThat(server.get("/api/v1/databases").body())
        .isEqualTo(
            "{\"databases\":["
                + "{\"name\":\"app\",\"up\":true,\"role\":\"primary\",\"mode\":\"heal\","
                + "\"lastSweep\":\"2026-03-01T11:59:48Z\",\"nextSweep\":\"2026-03-01T12:00:18Z\","
                + "\"paused\":false,\"pausedUntil\":null,"
                + "\"counts\":{\"in_sync\":2,\"unreadable\":1,\"behind\":1,\"refused\":0},"
                + "\"outcome\":\"partial\",\"problem\":null,"
                + "\"problems\":[\"public.secret has no guard: permission denied.\"]},"
                + "{\"name\":\"shop\",\"up\":false,\"role\":null,\"mode\":\"heal\","
                + "\"lastSweep\":null,\"nextSweep\":\"2026-03-01T12:00:30Z\","
                + "\"paused\":false,\"pausedUntil\":null,"
                + "\"counts\":{\"in_sync\":0,\"unreadable\":0,\"behind\":0,\"refused\":1},"
                + "\"outcome\":null,\"problem\":\"Connection to 192.0.2.1:5432 refused.\","
                + "\"problems\":[]}]}");
  }

  @Test
  void sequencesComeInTheJournalsOrder() {
    HttpResponse<String> response = server.get("/api/v1/sequences");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(names(response))
        .containsExactly(
            "public.tiny_id_seq",
            "public.ticket_id_seq",
            "public.secret_id_seq",
            "public.\"a/b%c\"",
            "public.\"T\"\"x.y\"");
    assertThat(TestServer.json(response).get("next").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "database=shop, 1",
    "database=app&state=behind, 1",
    "state=in_sync, 2",
    "warning=guard_missing, 1",
    "q=secret, 1",
    "database=&state=&warning=&q=&limit=&after=, 5",
  })
  void filtersReachTheJournal(String query, int found) {
    assertThat(names(server.get("/api/v1/sequences?" + query))).hasSize(found);
  }

  @Test
  void nextLeadsThroughAllPages() {
    JsonNode first = TestServer.json(server.get("/api/v1/sequences?limit=2"));
    JsonNode second = TestServer.json(server.get("/api/v1/sequences?limit=2&after=2"));
    JsonNode third = TestServer.json(server.get("/api/v1/sequences?limit=2&after=4"));

    assertThat(first.get("next").asText()).isEqualTo("2");
    assertThat(second.get("next").asText()).isEqualTo("4");
    assertThat(third.get("findings")).hasSize(1);
    assertThat(third.get("next").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit=0|limit|'limit': it is '0'. Write a number from 1 to 1000.",
        "limit=1001|limit|'limit': it is '1001'. Write a number from 1 to 1000.",
        "limit=ten|limit|'limit': it is 'ten'. Write a number from 1 to 1000.",
        "limit=-1|limit|'limit': it is '-1'. Write a number from 1 to 1000.",
        "limit=99999999999|limit|" + "'limit': it is '99999999999'. Write a number from 1 to 1000.",
        "state=broken|state|'state': it is 'broken'. Write one of: in_sync, unreadable, behind,"
            + " refused.",
        "state=BEHIND|state|'state': it is 'BEHIND'. Write one of: in_sync, unreadable, behind,"
            + " refused.",
        "warning=x|warning|'warning': it is 'x'. Write one of: exhausting, outlier, no_index,"
            + " not_unique, cached, narrow_column, unowned, guard_missing, cycles.",
        "colour=red|colour|'colour': there is no such parameter here. Known: database, state,"
            + " warning, q, limit, after.",
        "limit=1&limit=2|limit|'limit': it is given more than once. Give it once.",
        "q=%zz|q|'q': it is not URL-encoded UTF-8. Write a percent sign as %25.",
        "q=%ff|q|'q': it is not URL-encoded UTF-8. Write a percent sign as %25.",
        "q=a%00b|q|'q': its value holds a control character.",
        "after=soon|after|'after': it is no 'next' of an earlier answer. Start without it.",
      })
  void badArgumentIsNamed(String query, String parameter, String detail) throws Exception {
    String answer =
        server.raw(
            "GET /api/v1/sequences?"
                + query
                + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("application/problem+json");
    JsonNode problem = TestServer.JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    assertThat(problem.get("detail").asText()).isEqualTo("Query parameter " + detail.strip());
    assertThat(problem.get("parameter").asText()).isEqualTo(parameter);
  }

  @Test
  void overlongValueIsRefused() {
    assertThat(TestServer.problem(server.get("/api/v1/sequences?q=" + "x".repeat(601)), 400))
        .isEqualTo("Query parameter 'q': its value is longer than 600 characters.");
  }

  @Test
  void unknownDatabaseIsNotFound() {
    assertThat(TestServer.problem(server.get("/api/v1/sequences?database=nope"), 404))
        .isEqualTo("No database 'nope' is watched. Watched: app, shop.");
    assertThat(TestServer.problem(server.get("/api/v1/events?database=nope"), 404))
        .isEqualTo("No database 'nope' is watched. Watched: app, shop.");
    assertThat(TestServer.problem(server.get("/api/v1/databases/nope/sequences/public.s"), 404))
        .isEqualTo("No database 'nope' is watched. Watched: app, shop.");
  }

  @Test
  void oneSequenceComesWithItsEvents() {
    JsonNode sequence = TestServer.json(server.get(TICKET));

    assertThat(sequence.get("sequence").asText()).isEqualTo("public.ticket_id_seq");
    assertThat(sequence.get("state").asText()).isEqualTo("behind");
    assertThat(sequence.get("events")).hasSize(1);
    assertThat(sequence.get("events").get(0).get("source").asText()).isEqualTo("guard");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "public.%22a%2Fb%25c%22|public.\"a/b%c\"",
        "public.%22T%22%22x.y%22|public.\"T\"\"x.y\"",
        "public%2Eticket_id_seq|public.ticket_id_seq",
      })
  void quotedNamesAreFoundUrlEncoded(String path, String name) {
    JsonNode sequence = TestServer.json(server.get("/api/v1/databases/app/sequences/" + path));

    assertThat(sequence.get("sequence").asText()).isEqualTo(name);
  }

  @Test
  void unknownSequenceIsNotFound() {
    assertThat(TestServer.problem(server.get("/api/v1/databases/app/sequences/public.nope"), 404))
        .isEqualTo(
            "No sequence 'public.nope' was found in database app. It is watched once it feeds a"
                + " column of an included table and a sweep has seen it.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ticket_id_seq",
        "public.",
        ".ticket",
        "public.Ticket",
        "a.b.c",
        "%22a.b%22",
        "public.%22%22",
        "public.%22a",
        "public.1st",
        "public.a%20b",
        "%2e%2e",
        "public.t%3Bdrop",
      })
  void nameWithoutItsFormIsABadArgument(String path) {
    assertThat(TestServer.problem(server.get("/api/v1/databases/app/sequences/" + path), 400))
        .startsWith("sequence is '")
        .endsWith(
            "', which is no name with its schema. Write schema.name, each part quoted as"
                + " quote_ident does, and URL-encode it, for example public.ticket_id_seq or"
                + " public.%22Ticket_id_seq%22.");
  }

  @Test
  void overlongNameIsABadArgument() {
    String name = "public." + "x".repeat(594);

    assertThat(TestServer.problem(server.get("/api/v1/databases/app/sequences/" + name), 400))
        .isEqualTo("sequence is 601 characters long; no name is longer than 600.");
  }

  @Test
  void eventsAreFilteredBySequence() {
    JsonNode events =
        TestServer.json(server.get("/api/v1/events?database=app&sequence=public.ticket_id_seq"));

    assertThat(events.get("events")).hasSize(1);
    assertThat(events.get("next").isNull()).isTrue();
    assertThat(TestServer.json(server.get("/api/v1/events?limit=1")).get("next").asText())
        .isEqualTo("1");
    assertThat(TestServer.json(server.get("/api/v1/events?sequence=a.gone")).get("events"))
        .isEmpty();
    assertThat(TestServer.problem(server.get("/api/v1/events?sequence=gone"), 400))
        .startsWith("sequence is 'gone', which is no name with its schema.");
  }

  @Test
  void headIsLikeGetWithoutItsBody() {
    HttpResponse<String> response =
        server.send(
            server
                .request("/api/v1/databases/app/sequences/public.nope")
                .method("HEAD", java.net.http.HttpRequest.BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void metricsFollowAccept() {
    HttpResponse<String> text = server.get("/metrics");
    HttpResponse<String> open = server.get("/metrics", "Accept", "application/openmetrics-text");

    assertThat(text.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(text.body()).isEqualTo("seqwarden_up 1\n");
    assertThat(open.headers().firstValue("Content-Type"))
        .contains("application/openmetrics-text; version=1.0.0; charset=utf-8");
  }

  private static List<String> names(HttpResponse<String> response) {
    return TestServer.json(response).get("findings").findValuesAsText("sequence");
  }
}
