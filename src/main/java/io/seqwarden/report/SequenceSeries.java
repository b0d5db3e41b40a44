package io.seqwarden.report;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The series of one database's sequences, bounded: past the bound only those that are not in sync
 * or carry a warning have theirs, and never more than the bound. Thread-safe.
 */
final class SequenceSeries {

  private final int bound;
  private final MultiGauge gap;
  private final MultiGauge lastValue;
  private final MultiGauge mark;
  private final MultiGauge usedRatio;
  private final MultiGauge exhaustion;
  private final MultiGauge guarded;
  private final AtomicLong lastSweepMs = new AtomicLong();
  private final Map<State, AtomicLong> counts = new EnumMap<>(State.class);

  /** By quoted name. Guarded by this. */
  private Map<String, Finding> findings = new LinkedHashMap<>();

  /** Guarded by this. */
  private Map<String, Consumption> consumptions = new LinkedHashMap<>();

  SequenceSeries(MeterRegistry registry, String database, int bound) {
    this.bound = bound;
    this.gap = gauge(registry, database, "gap", "Ids that the next value lacks to pass the mark.");
    this.lastValue = gauge(registry, database, "last.value", "The sequence's last_value.");
    this.mark = gauge(registry, database, "high.water", "The largest id, outliers left out.");
    this.usedRatio =
        gauge(registry, database, "used.ratio", "How much of the effective limit is used.");
    this.exhaustion =
        gauge(
            registry,
            database,
            "exhaustion.seconds",
            "Seconds until the effective limit at the present rate; absent while unknown.");
    this.guarded =
        gauge(registry, database, "guarded", "Whether every fed table carries the guard.");
    Gauge.builder(
            "seqwarden.last.sweep.timestamp.seconds", lastSweepMs, value -> value.get() / 1000.0)
        .description("When the last sweep that reached the database ended.")
        .tag("database", database)
        .strongReference(true)
        .register(registry);
    for (State state : State.values()) {
      AtomicLong count = new AtomicLong();
      counts.put(state, count);
      Gauge.builder("seqwarden.sequences", count, AtomicLong::get)
          .description("Sequences by state.")
          .tags("database", database, "state", state.word())
          .strongReference(true)
          .register(registry);
    }
  }

  private static MultiGauge gauge(
      MeterRegistry registry, String database, String name, String help) {
    return MultiGauge.builder("seqwarden.sequence." + name)
        .description(help)
        .tag("database", database)
        .register(registry);
  }

  synchronized void swept(List<Finding> swept, Instant at) {
    Map<String, Finding> now = new LinkedHashMap<>();
    swept.forEach(finding -> now.put(finding.sequence().name().quoted(), finding));
    findings = now;
    lastSweepMs.set(at.toEpochMilli());
    publish(at);
  }

  synchronized void synced(Finding finding, Instant at) {
    findings.put(finding.sequence().name().quoted(), finding);
    publish(at);
  }

  private void publish(Instant at) {
    counts.values().forEach(count -> count.set(0));
    findings.values().forEach(f -> count(f.verdict().state()).incrementAndGet());
    List<Finding> shown = shown();
    Map<String, Consumption> kept = new LinkedHashMap<>();
    for (Finding finding : shown) {
      String name = finding.sequence().name().quoted();
      kept.put(name, consumptions.getOrDefault(name, Consumption.NONE).observed(finding, at));
    }
    consumptions = kept;
    rows(gap, shown, finding -> OptionalDouble.of((double) finding.verdict().gap()));
    rows(
        lastValue,
        shown,
        finding ->
            finding.verdict().position().isPresent()
                ? OptionalDouble.of((double) finding.verdict().position().get().lastValue())
                : OptionalDouble.empty());
    rows(
        mark,
        shown,
        finding ->
            finding.verdict().mark().isPresent()
                ? OptionalDouble.of(finding.verdict().mark().get().doubleValue())
                : OptionalDouble.empty());
    rows(
        usedRatio,
        shown,
        finding ->
            Double.isNaN(finding.verdict().usedRatio())
                ? OptionalDouble.empty()
                : OptionalDouble.of(finding.verdict().usedRatio()));
    rows(
        exhaustion,
        shown,
        finding ->
            kept.getOrDefault(finding.sequence().name().quoted(), Consumption.NONE)
                .secondsLeft(finding));
    rows(guarded, shown, finding -> OptionalDouble.of(finding.guarded() ? 1 : 0));
  }

  private AtomicLong count(State state) {
    return java.util.Objects.requireNonNull(counts.get(state));
  }

  private List<Finding> shown() {
    List<Finding> all = List.copyOf(findings.values());
    if (all.size() <= bound) {
      return all;
    }
    return all.stream()
        .filter(
            finding ->
                finding.verdict().state() != State.IN_SYNC
                    || !finding.verdict().warnings().isEmpty())
        .limit(bound)
        .toList();
  }

  private static void rows(
      MultiGauge gauge, List<Finding> findings, Function<Finding, OptionalDouble> value) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    for (Finding finding : findings) {
      OptionalDouble one = value.apply(finding);
      if (one.isPresent()) {
        rows.add(
            MultiGauge.Row.of(
                Tags.of("sequence", finding.sequence().name().quoted()), one.getAsDouble()));
      }
    }
    gauge.register(rows, true);
  }
}
