package io.seqwarden.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Optional;
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
  void theWorstIsTheHeadline() {
    server.journal.findings.add(Samples.refused("app"));
    server.journal.findings.add(Samples.behind("app"));
    server.journal.findings.add(Samples.unreadable("app"));
    server.shop.status = MemoryWatch.DOWN;

    assertThat(server.get("/").body())
        .contains("<h1>2 of 3 sequences are behind: the next inserts collide.</h1>")
        .contains("<p>Database shop is unreachable.</p>")
        .contains("<p>1 of 3 sequences could not be judged.</p>")
        .contains("class=\"verdict bad\"");
  }

  @Test
  void beforeTheFirstSweepItWaits() {
    server.app.status = MemoryWatch.NOT_TRIED;

    assertThat(server.get("/").body())
        .contains("<h1>The first sweep of app is awaited.</h1>")
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
        .contains("<td colspan=\"7\">Connection to 192.0.2.1:5432 refused.</td>");
  }

  @Test
  void sequencesShowTheirNumbers() {
    server.journal.findings.add(Samples.refused("app"));

    assertThat(server.get("/").body())
        .contains("<span class=\"badge bad\">refused</span>")
        .contains("<code>public.tiny_id_seq</code>")
        .contains("<div class=\"name\" title=\"public.tiny.id\">public.tiny.id</div>")
        .contains("<small class=\"muted\">smallint</small>")
        .contains("<td class=\"number\">32,001</td>")
        .contains("<td class=\"number\">32,767</td>")
        .contains("<td class=\"number\">767</td>")
        .contains("<progress value=\"1.0\" max=\"1\"")
        .contains("<small>100.0 %</small>")
        .contains("<span class=\"badge warn\">exhausting</span>")
        .contains("past 32767 no id remains in public.tiny.id. Widen the column.");
  }

  @Test
  void eventsShowWhoActedAndWhatWasRefused() {
    server.journal.events.add(Samples.refusalEvent("app", "public.tiny_id_seq"));
    server.journal.events.add(Samples.guardEvent("app", "public.ticket_id_seq"));

    assertThat(server.get("/").body())
        .contains("<span class=\"badge bad\">refused: exhausted</span>")
        .contains("<td>guard</td>")
        .contains("<td>importer</td>")
        .contains("<td>psql at 192.0.2.7</td>");
  }

  @Test
  void hostileNamesAreText() {
    String hostile = "public.\"<img src=x onerror=alert(1)>\"";
    server.journal.findings.add(Samples.inSync("app", hostile, "public.\"'><script>x</script>\""));
    server.journal.events.add(Samples.guardEvent("app", hostile));

    String page = server.get("/?q=%22%3E%3Cscript%3E").body() + server.get("/").body();

    assertThat(page)
        .contains("&lt;img src=x onerror=alert(1)&gt;")
        .contains("&lt;script&gt;x&lt;/script&gt;")
        .doesNotContain("<img")
        .doesNotContain("<script");
  }

  @Test
  void nothingInlineThatThePolicyForbids() {
    server.journal.findings.add(Samples.behind("app"));

    assertThat(server.get("/").body())
        .doesNotContain("<script")
        .doesNotContain("<style")
        .doesNotContain("style=")
        .doesNotContainPattern("\\son[a-z]+=");
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
      assertThat(server.get(link).statusCode()).as(link).isEqualTo(200);
    }

    assertThat(found).isGreaterThan(10);
    assertThat(page).contains("<a href=\"/?database=app&amp;after=100\" rel=\"next\">");
  }

  @Test
  void filtersNarrowAndMarkTheirLink() {
    server.journal.findings.add(Samples.behind("app"));
    server.journal.findings.add(Samples.unreadable("app"));

    String page = server.get("/?state=behind&q=ticket").body();

    assertThat(page)
        .contains("<code>public.ticket_id_seq</code>")
        .doesNotContain("<code>public.secret_id_seq</code>")
        .contains("aria-current=\"page\" href=\"/?state=behind&amp;q=ticket\">behind</a>")
        .contains("<input type=\"hidden\" name=\"state\" value=\"behind\">");
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
        .contains("<span class=\"badge warn\">paused, resumes in 10 min</span>")
        .contains("Database app is paused.");
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
