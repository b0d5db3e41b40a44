package io.seqwarden.report;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Position;
import java.math.BigInteger;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells a scrape how all sequences stand. Made at the scrape from the findings themselves: meters
 * that had to be registered anew for each of a thousand syncs would delay their callers, and a
 * value that is unknown has no series rather than NaN. Thread-safe.
 */
final class SequenceCollector implements MultiCollector {

  private final Clock clock;
  private volatile int maxSequences;
  private final Map<String, SequenceSeries> databases = new ConcurrentHashMap<>();

  /**
   * Knows of no sequence yet.
   *
   * @param maxSequences how many sequences a database have series of their own
   */
  SequenceCollector(int maxSequences, Clock clock) {
    this.maxSequences = maxSequences;
    this.clock = clock;
  }

  SequenceSeries database(String name) {
    return databases.computeIfAbsent(name, first -> new SequenceSeries(() -> maxSequences));
  }

  void bound(int sequences) {
    maxSequences = sequences;
  }

  void forget(String name) {
    databases.remove(name);
  }

  @Override
  public MetricSnapshots collect() {
    Families families = new Families();
    databases.forEach((name, series) -> add(families, name, series.view(clock.instant())));
    return families.snapshots();
  }

  private static void add(Families to, String database, SequenceSeries.View view) {
    view.lastSweep()
        .ifPresent(
            at ->
                to.add(
                    "last_sweep_timestamp_seconds",
                    "When the last sweep that reached the database ended.",
                    Labels.of("database", database),
                    at.toEpochMilli() / 1000.0));
    view.counts()
        .forEach(
            (state, count) ->
                to.add(
                    "sequences",
                    "Sequences by state.",
                    Labels.of("database", database, "state", state.word()),
                    count));
    view.warnings()
        .forEach(
            (warning, count) ->
                to.add(
                    "warnings",
                    "Sequences by warning.",
                    Labels.of("database", database, "warning", warning.word()),
                    count));
    view.shown().forEach(shown -> add(to, shown));
  }

  private static void add(Families to, SequenceSeries.Shown shown) {
    Finding finding = shown.finding();
    Labels labels =
        Labels.of("database", finding.database(), "sequence", finding.sequence().name().quoted());
    addPosition(to, finding, labels);
    shown
        .behindSeconds()
        .ifPresent(
            seconds ->
                to.add(
                    "sequence_behind_seconds",
                    "Seconds since it was first seen behind; absent where it is not.",
                    labels,
                    seconds));
    shown
        .secondsLeft()
        .ifPresent(
            seconds ->
                to.add(
                    "sequence_exhaustion_seconds",
                    "Seconds until the effective limit at the present rate; absent while unknown.",
                    labels,
                    seconds));
    to.add(
        "sequence_guarded",
        "Whether every fed table carries the guard.",
        labels,
        finding.guarded() ? 1 : 0);
  }

  private static void addPosition(Families to, Finding finding, Labels labels) {
    to.add(
        "sequence_gap",
        "Ids that the next value lacks to pass the mark.",
        labels,
        (double) finding.verdict().gap());
    finding
        .verdict()
        .position()
        .map(Position::lastValue)
        .ifPresent(
            last -> to.add("sequence_last_value", "The sequence's last_value.", labels, last));
    finding
        .verdict()
        .mark()
        .map(BigInteger::doubleValue)
        .ifPresent(
            mark ->
                to.add("sequence_high_water", "The largest id, outliers left out.", labels, mark));
    if (!Double.isNaN(finding.verdict().usedRatio())) {
      to.add(
          "sequence_used_ratio",
          "How much of the effective limit is used.",
          labels,
          finding.verdict().usedRatio());
    }
  }

  /** Gauges by name, as one scrape gathers them. Confined to its thread. */
  private static final class Families {
    private final Map<String, GaugeSnapshot.Builder> byName = new LinkedHashMap<>();

    void add(String name, String help, Labels labels, double value) {
      byName
          .computeIfAbsent(
              name, first -> GaugeSnapshot.builder().name("seqwarden_" + name).help(help))
          .dataPoint(GaugeDataPointSnapshot.builder().labels(labels).value(value).build());
    }

    MetricSnapshots snapshots() {
      List<GaugeSnapshot> gauges = new ArrayList<>();
      byName.values().forEach(family -> gauges.add(family.build()));
      return new MetricSnapshots(gauges.toArray(new GaugeSnapshot[0]));
    }
  }
}
