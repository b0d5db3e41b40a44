package io.seqwarden.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.drift.Reason;
import io.seqwarden.drift.State;
import io.seqwarden.drift.Warning;
import io.seqwarden.report.History;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PageRouteTest {

  private final TestServer server = new TestServer(TestServer.CLOSED);

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void allInSyncSaysSo() {
    server.journal.findings.add(Samples.healed("app"));
    server.journal.findings.add(Samples.inSync("shop", "public.s", "public.t"));

    HttpResponse<String> response = server.get("/");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("text/html;charset=utf-8");
    assertThat(response.body())
        .contains("<title>seqwarden: All 2 sequences are in sync.</title>")
        .contains("class=\"verdict good\"");
  }

  @Test
  void whatWillGoWrongIsSaidWhileAllIsInSync() {
    server.journal.findings.add(
        Samples.finding(
            "app",
            Samples.healed("app").sequence(),
            Samples.healed("app").verdict().with(Warning.EXHAUSTING)));

    assertThat(server.get("/").body())
        .contains("<h1 id=\"headline\">Near the end of the ids: 1 sequence.</h1>")
        .contains("class=\"verdict warn\"");
  }

  @Test
  void stalledSchedulerComesFirst() {
    server.journal.findings.add(Samples.behind("app"));
    server.stalled = Optional.of("no sweep was due for 5 min.");

    assertThat(server.get("/").body())
        .contains(
            "<h1 id=\"headline\">What stands here is old, no sweep runs: no sweep was due for 5 min.</h1>");
  }

  @Test
  void theWorstIsTheHeadline() {
    server.journal.findings.add(Samples.refused("app"));
    server.journal.findings.add(Samples.behind("app"));
    server.journal.findings.add(Samples.unreadable("app"));
    server.shop.status = MemoryWatch.DOWN;

    assertThat(server.get("/").body())
        .contains("<h1 id=\"headline\">2 of 3 sequences are behind: the next inserts collide.</h1>")
        .contains("<p>Database shop is unreachable.</p>")
        .contains("<p>1 of 3 sequences could not be judged.</p>")
        .contains("class=\"verdict bad\"");
  }

  @Test
  void beforeTheFirstSweepItWaits() {
    server.app.status = MemoryWatch.NOT_TRIED;

    assertThat(server.get("/").body())
        .contains("<h1 id=\"headline\">The first sweep of app is awaited.</h1>")
        .contains("class=\"verdict idle\"")
        .contains("Nothing was found yet.")
        .contains("Nothing was moved or refused yet.");
  }

  @Test
  void databasesShowTheirSweepsAndProblems() {
    server.shop.status = MemoryWatch.DOWN;

    assertThat(server.get("/").body())
        .contains(
            "<time datetime=\"2026-03-01T11:59:48Z\" title=\"2026-03-01T11:59:48Z\">12 s"
                + " ago</time>")
        .contains(">in 18 s</time>")
        .contains("<td colspan=\"8\">Connection to 192.0.2.1:5432 refused.</td>");
  }

  @Test
  void sequencesShowTheirNumbers() {
    server.journal.findings.add(Samples.refused("app"));
    server.journal.secondsLeft = OptionalDouble.of(3 * 86_400);

    assertThat(server.get("/").body())
        .contains("<span class=\"badge bad\"><span aria-hidden=\"true\">✕</span> refused</span>")
        .contains("href=\"/databases/app/sequences/public.tiny_id_seq\"")
        .contains("<div class=\"name\" title=\"public.tiny.id\">public.tiny.id</div>")
        .contains("<small class=\"muted\">smallint</small>")
        .contains("class=\"number\">32,001</td>")
        .contains("class=\"number\">32,767</td>")
        .contains("class=\"number\">767</td>")
        .contains("value=\"1.0\" aria-label=\"Used of the effective limit\" title=\"of 32,767\"")
        .contains("<span>100.0 %</span>")
        .contains("class=\"left\">3 d</td>")
        .contains("<a class=\"badge warn\" href=\"/warnings#exhausting\">exhausting</a>")
        .contains("past 32767 no id remains in public.tiny.id. Widen the column.");
  }

  @Test
  void sequenceHasAPage() {
    server.journal.findings.add(Samples.refused("app"));
    server.journal.events.add(Samples.refusalEvent("app", "public.tiny_id_seq"));
    server.journal.history =
        new History(
            List.of(
                new History.Point(Samples.NOW.minusSeconds(60), 31_999, OptionalLong.empty()),
                new History.Point(Samples.NOW.minusSeconds(30), 32_000, OptionalLong.of(32_767))),
            Samples.NOW.minusSeconds(10));

    assertThat(server.get("/databases/app/sequences/public.tiny_id_seq").body())
        .contains("<title>seqwarden: public.tiny_id_seq is refused</title>")
        .contains(
            "data-history=\"[[1.77236634E9,1.77236637E9,1.77236639E9],[31999,32000,32000],"
                + "[null,32767,32767]]\"")
        .contains("<h3><a href=\"/warnings#exhausted\">exhausted</a></h3>")
        .contains("<h3><a href=\"/warnings#exhausting\">exhausting</a></h3>")
        .contains("<h4>What to do</h4>")
        .contains("Widen the column, or remove the row that holds the last id.")
        .contains("refused: exhausted")
        .contains("/api/v1/databases/app/sequences/public.tiny_id_seq/sync'");
  }

  @Test
  void unknownSequenceIsExplainedToPeopleAndPrograms() {
    String path = "/databases/app/sequences/public.nothing";
    HttpResponse<String> page = server.get(path, "Accept", "text/html,*/*;q=0.8");

    assertThat(page.statusCode()).isEqualTo(404);
    assertThat(page.headers().firstValue("Content-Type")).contains("text/html;charset=utf-8");
    assertThat(page.body())
        .contains("<h1 id=\"headline\">Not Found</h1>")
        .contains("No sequence 'public.nothing' was found in database app.");
    assertThat(TestServer.problem(server.get(path), 404))
        .startsWith("No sequence 'public.nothing' was found");
  }

  @Test
  void everyWarningAndReasonHasItsMeaning() {
    Meanings meanings = Meanings.load();
    String page = server.get("/warnings").body();

    for (Warning warning : Warning.values()) {
      assertThat(page).contains(" id=\"" + warning.word() + "\"");
      assertThat(meanings.of(warning).orElseThrow().why()).contains("<p>");
    }
    assertThat(meanings.of(State.UNREADABLE, Reason.Code.NO_INDEX).orElseThrow().link())
        .isEqualTo("/warnings#no_index-unreadable");
    assertThat(page).contains("id=\"no_index-unreadable\"").doesNotContain("href=\"privileges.md");
    assertThat(
            Arrays.stream(Reason.Code.values())
                .filter(code -> meanings.of(State.BEHIND, code).isEmpty()))
        .containsExactlyInAnyOrder(Reason.Code.OUTLIER, Reason.Code.NO_INDEX);
  }

  @Test
  void eventsShowWhoActedAndWhatWasRefused() {
    server.journal.events.add(Samples.refusalEvent("app", "public.tiny_id_seq"));
    server.journal.events.add(Samples.guardEvent("app", "public.ticket_id_seq"));

    assertThat(server.get("/").body())
        .contains("</span> refused: exhausted</span>")
        .contains(">guard</td>")
        .contains(">importer</td>")
        .contains(">psql at 192.0.2.7</td>");
  }

  @Test
  void hostileNamesAreText() {
    String hostile = "public.\"<img src=x onerror=alert(1)>\"";
    server.journal.findings.add(Samples.inSync("app", hostile, "public.\"'><script>x</script>\""));
    server.journal.events.add(Samples.guardEvent("app", hostile));

    String page =
        server.get("/?q=%22%3E%3Cscript%3E").body()
            + server.get("/").body()
            + server.get(Links.sequence("app", hostile)).body();

    assertThat(page)
        .contains("&lt;img src=x onerror=alert(1)&gt;")
        .contains("&lt;script&gt;x&lt;/script&gt;")
        .doesNotContain("<img")
        .doesNotContain("<script>");
  }

  @Test
  void nothingInlineThatThePolicyForbids() {
    server.journal.findings.add(Samples.behind("app"));

    for (String path : List.of("/", "/databases/app/sequences/public.ticket_id_seq")) {
      HttpResponse<String> page = server.get(path);
      assertThat(page.body())
          .doesNotContainPattern("<script(?! src=\"/assets/[a-z]+\\.js\" (defer|type=\"module\")>)")
          .doesNotContain("<style")
          .doesNotContain("style=")
          .doesNotContainPattern("\\s(on|hx-on)[a-z:-]*=");
      assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'", "script-src 'self';", "connect-src 'self';")
          .doesNotContain("unsafe");
    }
  }

  @Test
  void everyLinkOfThePageIsServed() {
    server.journal.findings.add(Samples.behind("app"));
    for (int i = 0; i < 100; i++) {
      server.journal.findings.add(Samples.inSync("app", "public.s" + i, "public.t" + i));
    }
    String page = server.get("/?database=app").body();
    Matcher links = Pattern.compile("(?:href|src)=\"(/[^\"]*)\"").matcher(page);
    int found = 0;
    while (links.find()) {
      found++;
      String link = links.group(1).replace("&amp;", "&");
      assertThat(server.get(link.replaceAll("#.*", "")).statusCode()).as(link).isEqualTo(200);
    }

    assertThat(found).isGreaterThan(10);
    assertThat(page)
        .contains(
            "<a href=\"/?database=app&amp;after=100\" rel=\"next\">", "101 sequences, worst first");
  }

  @Test
  void filtersNarrowAndMarkTheirLink() {
    server.journal.findings.add(Samples.behind("app"));
    server.journal.findings.add(Samples.unreadable("app"));

    String page = server.get("/?state=behind&q=ticket").body();

    assertThat(page)
        .contains("/sequences/public.ticket_id_seq\"")
        .doesNotContain("/sequences/public.secret_id_seq\"")
        .contains("<option value=\"behind\" selected>behind</option>")
        .contains("id=\"filter-q\" value=\"ticket\"")
        .contains("1 sequence, worst first");
    assertThat(server.get("/?state=behind&q=nothing").body()).contains("Nothing matches.");
  }

  @Test
  void badFilterIsAProblem() {
    assertThat(TestServer.problem(server.get("/?state=x"), 400))
        .startsWith("Query parameter 'state': it is 'x'.");
    assertThat(TestServer.problem(server.get("/?limit=5"), 400))
        .startsWith("Query parameter 'limit': there is no such parameter here.");
  }

  @Test
  void pausedDatabaseShowsForHowLong() {
    server.app.status = MemoryWatch.paused(Optional.of(Samples.NOW.plusSeconds(600)));

    assertThat(server.get("/").body())
        .contains("</span> paused, resumes in 10 min</span>")
        .contains("Database app is paused.")
        .contains("<td data-label=\"Next sweep\">–\n");
  }

  @Test
  void styleSheetsAreServed() {
    assertThat(server.get("/assets/pico.css").body()).contains("Pico CSS");
    assertThat(server.get("/assets/seqwarden.css").headers().firstValue("Content-Type"))
        .contains("text/css; charset=utf-8");
    assertThat(server.get("/assets/other.css").statusCode()).isEqualTo(404);
    assertThat(server.get("/webjars/picocss__pico/2.1.1/css/pico.css").statusCode()).isEqualTo(404);
  }
}
