package io.seqwarden.report;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.State;
import io.seqwarden.sweep.SweepReport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The journal of one node, gone with its process. Bounded: one finding a sequence, and events as
 * old and as many a database as its settings allow. Thread-safe.
 */
public final class InMemoryJournal implements Journal {

  /** Worst first: by state, then whether there are warnings, then gap, then name. */
  private static final Comparator<Finding> WORST_FIRST =
      Comparator.<Finding, State>comparing(finding -> finding.verdict().state())
          .reversed()
          .thenComparing(finding -> -finding.verdict().warnings().size())
          .thenComparing(finding -> -finding.verdict().gap())
          .thenComparing(Finding::database)
          .thenComparing(finding -> finding.sequence().name());

  private final Duration keep;
  private final int maxEvents;
  private final Clock clock;

  /** Guarded by this. */
  private final Map<String, SweepReport> lastSweeps = new HashMap<>();

  /** By database and quoted name. Guarded by this. */
  private final Map<String, Map<String, Finding>> findings = new HashMap<>();

  /** Oldest first, by database. Guarded by this. */
  private final Map<String, Deque<Numbered>> events = new HashMap<>();

  /** All findings, worst first; null where they have to be sorted anew. Guarded by this. */
  private @Nullable List<Finding> sorted;

  /** Guarded by this. */
  private long lastNumber;

  private record Numbered(long number, Event event) {}

  /**
   * An empty journal.
   *
   * @param keep how long events are kept
   * @param maxEvents how many a database at most, newest kept
   */
  public InMemoryJournal(Duration keep, int maxEvents, Clock clock) {
    this.keep = keep;
    this.maxEvents = maxEvents;
    this.clock = clock;
  }

  @Override
  public synchronized void swept(SweepReport report) {
    append(report.database(), report.events());
    if (report.outcome() == SweepReport.Outcome.SKIPPED) {
      return;
    }
    lastSweeps.put(report.database(), report);
    if (report.outcome() == SweepReport.Outcome.FAILED) {
      return;
    }
    Map<String, Finding> now = new LinkedHashMap<>();
    report.findings().forEach(finding -> now.put(finding.sequence().name().quoted(), finding));
    findings.put(report.database(), now);
    sorted = null;
  }

  @Override
  public synchronized void synced(Finding finding, List<Event> synced) {
    append(finding.database(), synced);
    findings
        .computeIfAbsent(finding.database(), database -> new LinkedHashMap<>())
        .put(finding.sequence().name().quoted(), finding);
    sorted = null;
  }

  @Override
  public synchronized void recorded(String database, List<Event> recorded) {
    append(database, recorded);
  }

  private void append(String database, List<Event> more) {
    Deque<Numbered> kept = events.computeIfAbsent(database, name -> new ArrayDeque<>());
    more.stream()
        .sorted(Comparator.comparing(Event::at))
        .forEach(event -> kept.addLast(new Numbered(++lastNumber, event)));
    Instant oldest = clock.instant().minus(keep);
    while (!kept.isEmpty()
        && (kept.size() > maxEvents || kept.getFirst().event().at().isBefore(oldest))) {
      kept.removeFirst();
    }
  }

  @Override
  public synchronized Optional<SweepReport> lastSweep(String database) {
    return Optional.ofNullable(lastSweeps.get(database));
  }

  @Override
  public synchronized Map<State, Long> counts(String database) {
    Map<State, Long> counts = new EnumMap<>(State.class);
    for (State state : State.values()) {
      counts.put(state, 0L);
    }
    findings
        .getOrDefault(database, Map.of())
        .values()
        .forEach(finding -> counts.merge(finding.verdict().state(), 1L, Long::sum));
    return counts;
  }

  private synchronized List<Finding> sorted() {
    List<Finding> all = sorted;
    if (all == null) {
      all =
          findings.values().stream()
              .flatMap(ofDatabase -> ofDatabase.values().stream())
              .sorted(WORST_FIRST)
              .toList();
      sorted = all;
    }
    return all;
  }

  /**
   * {@inheritDoc}
   *
   * <p>A cursor names the last finding of its page. Where that has moved meanwhile, the next page
   * begins behind its new place.
   */
  @Override
  public Page<Finding> findings(FindingQuery query) {
    List<Finding> all = sorted();
    int from = query.after().map(after -> place(all, after) + 1).orElse(0);
    List<Finding> page = new ArrayList<>();
    Predicate<Finding> wanted = wanted(query);
    for (int i = from; i < all.size(); i++) {
      if (!wanted.test(all.get(i))) {
        continue;
      }
      if (page.size() == query.limit()) {
        return new Page<>(page, Optional.of(cursor(page.get(page.size() - 1))));
      }
      page.add(all.get(i));
    }
    return new Page<>(page, Optional.empty());
  }

  private static String cursor(Finding finding) {
    return finding.database() + "/" + finding.sequence().name();
  }

  private static int place(List<Finding> all, String cursor) {
    for (int i = 0; i < all.size(); i++) {
      if (cursor(all.get(i)).equals(cursor)) {
        return i;
      }
    }
    throw new BadCursorException(
        "after=" + cursor + " is no cursor of this journal, or its sequence is gone: start over");
  }

  private static Predicate<Finding> wanted(FindingQuery query) {
    Optional<String> part = query.q().map(text -> text.toLowerCase(Locale.ROOT));
    return finding ->
        query.database().map(finding.database()::equals).orElse(true)
            && query.state().map(finding.verdict().state()::equals).orElse(true)
            && query.warning().map(finding.verdict().warnings()::contains).orElse(true)
            && part.map(text -> isNamed(finding, text)).orElse(true);
  }

  private static boolean isNamed(Finding finding, String part) {
    return contains(finding.sequence().name().quoted(), part)
        || finding.sequence().columns().stream()
            .anyMatch(
                column -> contains(column.table().quoted() + "." + column.quotedName(), part));
  }

  private static boolean contains(String name, String part) {
    return name.toLowerCase(Locale.ROOT).contains(part);
  }

  @Override
  public synchronized Optional<Finding> finding(String database, String sequence) {
    return Optional.ofNullable(findings.getOrDefault(database, Map.of()).get(sequence));
  }

  @Override
  public synchronized Page<Event> events(EventQuery query) {
    long before = query.after().map(InMemoryJournal::number).orElse(Long.MAX_VALUE);
    List<Numbered> newest = new ArrayList<>();
    events.forEach(
        (database, kept) -> {
          if (query.database().map(database::equals).orElse(true)) {
            take(kept, query, before, newest);
          }
        });
    newest.sort(Comparator.comparing(Numbered::number).reversed());
    boolean more = newest.size() > query.limit();
    List<Numbered> page = more ? newest.subList(0, query.limit()) : newest;
    return new Page<>(
        page.stream().map(Numbered::event).toList(),
        more ? Optional.of(Long.toString(page.get(page.size() - 1).number())) : Optional.empty());
  }

  private static void take(
      Deque<Numbered> kept, EventQuery query, long before, List<Numbered> into) {
    int taken = 0;
    Iterator<Numbered> newestFirst = kept.descendingIterator();
    while (newestFirst.hasNext() && taken <= query.limit()) {
      Numbered one = newestFirst.next();
      if (one.number() < before
          && query.sequence().map(one.event().sequence()::equals).orElse(true)) {
        into.add(one);
        taken++;
      }
    }
  }

  private static long number(String cursor) {
    try {
      return Long.parseLong(cursor);
    } catch (NumberFormatException e) {
      throw new BadCursorException("after=" + cursor + " is no cursor of this journal: start over");
    }
  }
}
