package io.seqwarden.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Reason;
import io.seqwarden.sweep.SweepReport.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
