package io.seqwarden.report;

import io.seqwarden.drift.Finding;
import io.seqwarden.drift.State;
import io.seqwarden.drift.Warning;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one database's sequences show in the metrics, bounded: past the bound only those that are
 * not in sync or carry a warning have series, and never more than the bound, worst first.
 * Thread-safe.
 */
final class SequenceSeries {

  private final IntSupplier bounds;

  /** By quoted name. Guarded by this. */
  private Map<String, Finding> findings = new LinkedHashMap<>();

  /** By quoted name, of those alone that have series. Guarded by this. */
  private Map<String, Consumption> consumptions = new HashMap<>();

  /** When those were first seen that are behind, by quoted name. Guarded by this. */
  private final Map<String, Instant> behindSince = new HashMap<>();

  /** Guarded by this. */
  private Optional<Instant> lastSweep = Optional.empty();

  /** {@code bounds} is asked each time: a new configuration may change it. */
  SequenceSeries(IntSupplier bounds) {
    this.bounds = bounds;
  }

  /**
   * One sequence with series of its own.
   *
   * @param secondsLeft until the effective limit; empty while unknown
   * @param behindSeconds since it was first seen behind; empty where it is not
   */
  record Shown(Finding finding, OptionalDouble secondsLeft, OptionalDouble behindSeconds) {}

  /**
   * All that a scrape shows.
   *
   * @param lastSweep when the last sweep that reached the database ended; empty before the first
   * @param counts how many sequences are in each state; empty before the first sweep
   * @param warnings how many carry each warning; empty before the first sweep
   */
  record View(
      Optional<Instant> lastSweep,
      Map<State, Long> counts,
      Map<Warning, Long> warnings,
      List<Shown> shown) {}

  /** Takes a sweep's findings in place of those before it; the names of those that are gone. */
  synchronized Set<String> swept(List<Finding> swept, Instant at) {
    Set<String> gone = new HashSet<>(findings.keySet());
    findings = new LinkedHashMap<>();
    swept.forEach(finding -> findings.put(finding.sequence().name().quoted(), finding));
    gone.removeAll(findings.keySet());
    behindSince.keySet().retainAll(findings.keySet());
    swept.forEach(finding -> noteBehind(finding, at));
    lastSweep = Optional.of(at);
    Map<String, Consumption> kept = new HashMap<>();
    for (Finding finding : shown()) {
      kept.put(finding.sequence().name().quoted(), consumption(finding).observed(finding, at));
    }
    consumptions = kept;
    return gone;
  }

  /** Takes one finding in place of that before it. */
  synchronized void synced(Finding finding, Instant at) {
    findings.put(finding.sequence().name().quoted(), finding);
    noteBehind(finding, at);
    consumptions.computeIfPresent(
        finding.sequence().name().quoted(), (name, before) -> before.observed(finding, at));
  }

  private void noteBehind(Finding finding, Instant at) {
    String name = finding.sequence().name().quoted();
    if (finding.verdict().state() == State.BEHIND) {
      behindSince.putIfAbsent(name, at);
    } else {
      behindSince.remove(name);
    }
  }

  synchronized View view(Instant now) {
    Map<State, Long> counts = new EnumMap<>(State.class);
    Map<Warning, Long> warnings = new EnumMap<>(Warning.class);
    if (lastSweep.isPresent()) {
      Stream.of(State.values()).forEach(state -> counts.put(state, 0L));
      Stream.of(Warning.values()).forEach(warning -> warnings.put(warning, 0L));
      for (Finding finding : findings.values()) {
        counts.merge(finding.verdict().state(), 1L, Long::sum);
        finding.verdict().warnings().forEach(warning -> warnings.merge(warning, 1L, Long::sum));
      }
    }
    List<Shown> shown =
        shown().stream()
            .map(f -> new Shown(f, consumption(f).secondsLeft(f), behindSeconds(f, now)))
            .toList();
    return new View(lastSweep, counts, warnings, shown);
  }

  private OptionalDouble behindSeconds(Finding finding, Instant now) {
    @Nullable Instant since = behindSince.get(finding.sequence().name().quoted());
    return since == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.max(0, Duration.between(since, now).toMillis() / 1000.0));
  }

  private Consumption consumption(Finding finding) {
    return consumptions.getOrDefault(finding.sequence().name().quoted(), Consumption.NONE);
  }

  private Collection<Finding> shown() {
    int bound = bounds.getAsInt();
    if (findings.size() <= bound) {
      return findings.values();
    }
    return findings.values().stream()
        .filter(
            finding ->
                finding.verdict().state() != State.IN_SYNC
                    || !finding.verdict().warnings().isEmpty())
        .sorted(Comparator.comparing(Place::of))
        .limit(bound)
        .toList();
  }
}
