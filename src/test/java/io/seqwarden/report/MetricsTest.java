package io.seqwarden.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Reason;
import io.seqwarden.sweep.SweepReport.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The metrics as a scrape shows them. */
class MetricsTest {

  private final Reports.SettableClock clock = new Reports.SettableClock();
  private final Metrics metrics = new Metrics(new MetricsSettings(3), "1.2.3", clock);

  @AfterEach
  void close() {
    metrics.close();
  }

  private List<String> scraped(String name) {
    return metrics
        .scrape("")
        .lines()
        .filter(line -> line.startsWith("seqwarden_" + name + "{"))
        .sorted()
        .toList();
  }

  @Test
  void aSweepShowsItsSequences() {
    metrics.swept(
        Reports.report(
            Outcome.OK,
            List.of(Reports.finding("a", 10, 1), Reports.finding("b", 10, 20)),
            List.of(
                Reports.event(Reports.START, "public.b_id_seq", Optional.empty()),
                Reports.event(Reports.START, "public.b_id_seq", Optional.of(Reason.Code.OUTLIER)),
                Reports.event(
                    Reports.START.minusSeconds(1), "public.a_id_seq", Optional.empty()))));

    assertThat(scraped("sequence_gap"))
        .containsExactly(
            "seqwarden_sequence_gap{database=\"app\",sequence=\"public.a_id_seq\"} 0.0",
            "seqwarden_sequence_gap{database=\"app\",sequence=\"public.b_id_seq\"} 10.0");
    assertThat(scraped("sequence_last_value")).hasSize(2);
    assertThat(scraped("sequence_high_water"))
        .contains(
            "seqwarden_sequence_high_water{database=\"app\",sequence=\"public.b_id_seq\"} 20.0");
    assertThat(scraped("sequence_guarded")).hasSize(2);
    assertThat(scraped("sequences"))
        .containsExactly(
            "seqwarden_sequences{database=\"app\",state=\"behind\"} 1.0",
            "seqwarden_sequences{database=\"app\",state=\"in_sync\"} 1.0",
            "seqwarden_sequences{database=\"app\",state=\"refused\"} 0.0",
            "seqwarden_sequences{database=\"app\",state=\"unreadable\"} 0.0");
    assertThat(scraped("advances_total"))
        .containsExactly(
            "seqwarden_advances_total{database=\"app\",sequence=\"public.b_id_seq\",source=\"guard\"} 1.0");
    assertThat(scraped("refusals_total"))
        .containsExactly("seqwarden_refusals_total{database=\"app\",reason=\"outlier\"} 1.0");
    assertThat(scraped("sweeps_total"))
        .containsExactly("seqwarden_sweeps_total{database=\"app\",outcome=\"ok\"} 1.0");
    assertThat(scraped("sweep_duration_seconds_count"))
        .containsExactly("seqwarden_sweep_duration_seconds_count{database=\"app\"} 1");
    assertThat(scraped("build_info")).singleElement().asString().contains("version=\"1.2.3\"");
  }

  @Test
  void seriesAreBoundedAndThoseThatMatterStay() {
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      findings.add(Reports.finding("t" + i, 10, i < 2 ? 20 : 1));
    }
    metrics.swept(Reports.report(Outcome.OK, findings, List.of()));

    assertThat(scraped("sequence_gap"))
        .containsExactly(
            "seqwarden_sequence_gap{database=\"app\",sequence=\"public.t0_id_seq\"} 10.0",
            "seqwarden_sequence_gap{database=\"app\",sequence=\"public.t1_id_seq\"} 10.0");
  }

  @Test
  void aSequenceThatIsGoneLosesItsSeries() {
    metrics.swept(Reports.report(Outcome.OK, List.of(Reports.finding("a", 1, 1)), List.of()));
    metrics.swept(Reports.report(Outcome.OK, List.of(Reports.finding("b", 1, 1)), List.of()));

    assertThat(scraped("sequence_gap")).singleElement().asString().contains("public.b_id_seq");
  }

  @Test
  void methodsThatStrangersMakeUpShareOneSeries() throws Exception {
    Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            callback.succeeded();
            return true;
          }
        });
    metrics.timeRequests(server);
    server.start();
    try {
      for (String method : List.of("GET", "MADEUP1", "MADEUP2")) {
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(server.getURI())
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .build(),
                HttpResponse.BodyHandlers.discarding());
      }
    } finally {
      server.stop();
    }

    assertThat(metrics.scrape("").lines())
        .filteredOn(line -> line.startsWith("jetty_server_requests_seconds_count{"))
        .allMatch(line -> line.contains("method=\"GET\"") || line.contains("method=\"OTHER\""))
        .hasSize(2);
  }

  @Test
  void exhaustionIsAbsentUntilARateIsKnown() {
    metrics.swept(Reports.report(Outcome.OK, List.of(Reports.finding("a", 100, 1)), List.of()));
    assertThat(scraped("sequence_exhaustion_seconds")).isEmpty();
    clock.advance(Duration.ofSeconds(100));
    metrics.swept(Reports.report(Outcome.OK, List.of(Reports.finding("a", 1100, 1)), List.of()));

    assertThat(scraped("sequence_exhaustion_seconds"))
        .containsExactly(
            "seqwarden_sequence_exhaustion_seconds{database=\"app\",sequence=\"public.a_id_seq\"} 99890.0");
  }

  @Test
  void bothFormatsAreServedByAccept() {
    assertThat(metrics.contentType("")).startsWith("text/plain; version=0.0.4");
    assertThat(metrics.contentType("application/openmetrics-text; version=1.0.0"))
        .startsWith("application/openmetrics-text");
    assertThat(metrics.scrape("application/openmetrics-text")).endsWith("# EOF\n");
  }

  @Test
  void theWorstHaveSeriesWhereMoreThanTheBoundMatter() {
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      findings.add(Reports.finding("t" + i, 10, 20 + i));
    }
    metrics.swept(Reports.report(Outcome.OK, findings, List.of()));

    assertThat(scraped("sequence_gap"))
        .containsExactly(
            "seqwarden_sequence_gap{database=\"app\",sequence=\"public.t3_id_seq\"} 13.0",
            "seqwarden_sequence_gap{database=\"app\",sequence=\"public.t4_id_seq\"} 14.0",
            "seqwarden_sequence_gap{database=\"app\",sequence=\"public.t5_id_seq\"} 15.0");
  }

  @Test
  void aSyncChangesItsSequenceAlone() {
    metrics.swept(
        Reports.report(
            Outcome.OK,
            List.of(Reports.finding("a", 10, 20), Reports.finding("b", 10, 20)),
            List.of()));

    metrics.synced(Reports.finding("b", 20, 20), List.of());

    assertThat(scraped("sequence_gap"))
        .containsExactly(
            "seqwarden_sequence_gap{database=\"app\",sequence=\"public.a_id_seq\"} 10.0",
            "seqwarden_sequence_gap{database=\"app\",sequence=\"public.b_id_seq\"} 0.0");
    assertThat(scraped("sequences"))
        .contains("seqwarden_sequences{database=\"app\",state=\"behind\"} 1.0");
  }

  @Test
  void aSyncBeforeTheFirstSweepTellsOfNoSweep() {
    metrics.synced(Reports.finding("a", 10, 1), List.of());

    assertThat(scraped("sequence_gap")).hasSize(1);
    assertThat(scraped("last_sweep_timestamp_seconds")).isEmpty();
    assertThat(scraped("sequences")).isEmpty();
  }

  @Test
  void aFailedSweepLeavesTheLastOnesTimeAndSeries() {
    metrics.swept(Reports.report(Outcome.OK, List.of(Reports.finding("a", 10, 1)), List.of()));
    clock.advance(Duration.ofHours(1));
    metrics.swept(Reports.report(Outcome.FAILED, List.of(), List.of()));

    assertThat(scraped("last_sweep_timestamp_seconds"))
        .containsExactly("seqwarden_last_sweep_timestamp_seconds{database=\"app\"} 1.7672256E9");
    assertThat(scraped("sequence_gap")).hasSize(1);
    assertThat(scraped("sweeps_total"))
        .containsExactly(
            "seqwarden_sweeps_total{database=\"app\",outcome=\"failed\"} 1.0",
            "seqwarden_sweeps_total{database=\"app\",outcome=\"ok\"} 1.0");
  }

  @Test
  void countersAreBoundedAndMakeRoomWhenTheirSequenceIsGone() {
    List<Finding> findings = new ArrayList<>();
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      findings.add(Reports.finding("t" + i, 10, 1));
      events.add(Reports.event(Reports.START, "public.t" + i + "_id_seq", Optional.empty()));
    }
    metrics.swept(Reports.report(Outcome.OK, findings, events));
    assertThat(advanced()).containsExactly("other 2.0", "t0 1.0", "t1 1.0", "t2 1.0");

    metrics.swept(Reports.report(Outcome.OK, findings.subList(1, 5), List.of()));
    metrics.recorded("app", events.subList(4, 5));

    assertThat(advanced()).containsExactly("other 2.0", "t1 1.0", "t2 1.0", "t4 1.0");
  }

  /** Sequence and value of each counter of advances. */
  private List<String> advanced() {
    return scraped("advances_total").stream()
        .map(
            line ->
                line.replaceFirst(
                    ".*,sequence=\"(?:public\\.)?(\\w+?)(?:_id_seq)?\",.*} (.*)", "$1 $2"))
        .sorted()
        .toList();
  }

  @Test
  void whatDidNotMoveIsNoAdvance() {
    Event moved = Reports.event(Reports.START, "public.a_id_seq", Optional.empty());
    metrics.recorded(
        "app",
        List.of(
            new Event(
                moved.at(),
                moved.database(),
                moved.sequence(),
                moved.source(),
                moved.before(),
                moved.before(),
                moved.mark(),
                moved.refusal(),
                moved.sessionUser(),
                moved.role(),
                moved.applicationName(),
                moved.clientAddr())));

    assertThat(scraped("advances_total")).isEmpty();
    assertThat(scraped("refusals_total")).isEmpty();
  }

  @Test
  void settingASequenceBackUsesUpNoIds() {
    metrics.swept(Reports.report(Outcome.OK, List.of(Reports.finding("a", 5000, 1)), List.of()));
    clock.advance(Duration.ofSeconds(100));
    metrics.swept(Reports.report(Outcome.OK, List.of(Reports.finding("a", 1000, 1)), List.of()));
    assertThat(scraped("sequence_exhaustion_seconds")).isEmpty();
    clock.advance(Duration.ofSeconds(100));
    metrics.swept(Reports.report(Outcome.OK, List.of(Reports.finding("a", 2000, 1)), List.of()));

    assertThat(scraped("sequence_exhaustion_seconds"))
        .containsExactly(
            "seqwarden_sequence_exhaustion_seconds{database=\"app\",sequence=\"public.a_id_seq\"} 99800.0");
  }

  @Test
  void samplesLieAMinuteApart() {
    metrics.swept(Reports.report(Outcome.OK, List.of(Reports.finding("a", 100, 1)), List.of()));
    clock.advance(Duration.ofSeconds(59));
    metrics.swept(Reports.report(Outcome.OK, List.of(Reports.finding("a", 200, 1)), List.of()));
    assertThat(scraped("sequence_exhaustion_seconds")).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    metrics.swept(Reports.report(Outcome.OK, List.of(Reports.finding("a", 700, 1)), List.of()));

    assertThat(scraped("sequence_exhaustion_seconds"))
        .containsExactly(
            "seqwarden_sequence_exhaustion_seconds{database=\"app\",sequence=\"public.a_id_seq\"} 99930.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"
            + " | application/openmetrics-text",
        "text/plain, application/openmetrics-text;q=0.5 | text/plain",
        "text/plain, application/openmetrics-text | application/openmetrics-text",
        "application/openmetrics-text;q=0 | text/plain",
        "application/openmetrics-text;q=much | text/plain",
        "*/* | text/plain",
      })
  void theFormatIsWhatAScraperPrefers(String accept, String mediaType) {
    assertThat(metrics.contentType(accept)).startsWith(mediaType + ";");
  }

  @Test
  void promtoolFindsNothing() throws Exception {
    Optional<Path> promtool =
        Stream.of(String.valueOf(System.getenv("PATH")).split(":"))
            .map(folder -> Path.of(folder, "promtool"))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(promtool.isPresent(), "promtool is not on the PATH: apt-get install prometheus");
    aSweepShowsItsSequences();

    Process process =
        new ProcessBuilder(promtool.orElseThrow().toString(), "check", "metrics")
            .redirectErrorStream(true)
            .start();
    feed(process, metrics.scrape(""));
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(said).isEmpty();
    assertThat(process.waitFor()).isZero();
  }

  private static void feed(Process process, String text) throws IOException {
    try (OutputStream out = process.getOutputStream()) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
