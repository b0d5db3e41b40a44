package io.seqwarden.report;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.State;
import io.seqwarden.sweep.SweepReport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The journal of one node, gone with its process. Bounded: one finding and a short history a
 * sequence, and events as old and as many a database as its settings allow. Thread-safe.
 */
public final class InMemoryJournal implements Journal {

  /** Guarded by this. */
  private Duration keep;

  /** Guarded by this. */
  private int maxEvents;

  private final Clock clock;

  /** Guarded by this. */
  private final Map<String, SweepReport> lastSweeps = new HashMap<>();

  /** By database and quoted name. Guarded by this. */
  private final Map<String, Map<String, Finding>> findings = new HashMap<>();

  /** Guarded by this. */
  private final Tracks tracks = new Tracks(Tracks.MAX_POINTS);

  /** Oldest first, by database. Guarded by this. */
  private final Map<String, NavigableMap<Stamp, Event>> events = new HashMap<>();

  /**
   * All findings, worst first; null where they have to be sorted anew. Guarded by this; the list
   * itself never changes.
   */
  private @Nullable List<Placed> sorted;

  /** Guarded by this. */
  private long lastNumber;

  private record Placed(Place place, Finding finding) {
    static Placed of(Finding finding) {
      return new Placed(Place.of(finding), finding);
    }
  }

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

  /** Keeps events so long, and so many a database, from now on. */
  public synchronized void bound(Duration length, int number) {
    keep = length;
    maxEvents = number;
    pruneAll();
  }

  /** A database is no longer watched: its findings go; its events stay as long as others. */
  public synchronized void forget(String database) {
    lastSweeps.remove(database);
    findings.remove(database);
    tracks.swept(database, List.of(), Set.of(), clock.instant());
    sorted = null;
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
    tracks.swept(report.database(), report.findings(), now.keySet(), clock.instant());
    sorted = null;
  }

  @Override
  public synchronized void synced(Finding finding, List<Event> synced) {
    append(finding.database(), synced);
    tracks.observe(finding, clock.instant());
    Finding before =
        findings
            .computeIfAbsent(finding.database(), database -> new LinkedHashMap<>())
            .put(finding.sequence().name().quoted(), finding);
    // Most find what was there before.
    if (sorted != null && !finding.equals(before)) {
      sorted = replaced(sorted, before, finding);
    }
  }

  /** Sorting 10,000 findings again for each of a thousand syncs would take the node's time. */
  private static List<Placed> replaced(
      List<Placed> sorted, @Nullable Finding before, Finding after) {
    List<Placed> changed = new ArrayList<>(sorted);
    if (before != null) {
      changed.remove(firstPast(changed, Place.of(before)) - 1);
    }
    Placed placed = Placed.of(after);
    changed.add(firstPast(changed, placed.place()), placed);
    return changed;
  }

  /** The index of the first finding whose place lies past {@code place}. */
  private static int firstPast(List<Placed> sorted, Place place) {
    int low = 0;
    int high = sorted.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted.get(middle).place().compareTo(place) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public synchronized void recorded(String database, List<Event> recorded) {
    append(database, recorded);
  }

  private void append(String database, List<Event> more) {
    NavigableMap<Stamp, Event> kept = events.computeIfAbsent(database, name -> new TreeMap<>());
    more.forEach(event -> kept.put(new Stamp(event.at(), ++lastNumber), event));
    // All: nobody appends to those of a database that is no longer watched.
    pruneAll();
  }

  private synchronized void pruneAll() {
    events.values().forEach(this::prune);
    events.values().removeIf(NavigableMap::isEmpty);
  }

  private synchronized void prune(NavigableMap<Stamp, Event> kept) {
    Instant oldest = clock.instant().minus(keep);
    while (!kept.isEmpty() && (kept.size() > maxEvents || kept.firstKey().at().isBefore(oldest))) {
      kept.pollFirstEntry();
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

  private synchronized List<Placed> sorted() {
    List<Placed> all = sorted;
    if (all == null) {
      all =
          findings.values().stream()
              .flatMap(ofDatabase -> ofDatabase.values().stream())
              .map(Placed::of)
              .sorted(Comparator.comparing(Placed::place))
              .toList();
      sorted = all;
    }
    return all;
  }

  /**
   * {@inheritDoc}
   *
   * <p>A cursor tells the place where its page ended, so that the next page follows on it even
   * where that page's last sequence was healed or dropped meanwhile.
   */
  @Override
  public Page<Finding> findings(FindingQuery query) {
    List<Placed> all = sorted();
    int from = query.after().map(after -> firstPast(all, Cursors.place(after))).orElse(0);
    List<Finding> page = new ArrayList<>();
    Predicate<Finding> wanted = wanted(query);
    for (Placed one : all.subList(from, all.size())) {
      if (!wanted.test(one.finding())) {
        continue;
      }
      if (page.size() == query.limit()) {
        Place last = Place.of(page.get(page.size() - 1));
        return new Page<>(page, Optional.of(Cursors.of(last)));
      }
      page.add(one.finding());
    }
    return new Page<>(page, Optional.empty());
  }

  @Override
  public long count(FindingQuery query) {
    Predicate<Finding> wanted = wanted(query);
    return sorted().stream().filter(one -> wanted.test(one.finding())).count();
  }

  @Override
  public synchronized History history(String database, String sequence) {
    return tracks.track(database, sequence).map(Track::history).orElse(History.NONE);
  }

  @Override
  public synchronized OptionalDouble secondsLeft(Finding finding) {
    return tracks
        .track(finding.database(), finding.sequence().name().quoted())
        .map(track -> track.secondsLeft(finding))
        .orElse(OptionalDouble.empty());
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

  /**
   * {@inheritDoc}
   *
   * <p>A cursor outlives a restart: it tells a time.
   */
  @Override
  public synchronized Page<Event> events(EventQuery query) {
    Optional<Stamp> after = query.after().map(Cursors::stamp);
    List<Map.Entry<Stamp, Event>> newest = new ArrayList<>();
    events.forEach(
        (database, kept) -> {
          if (query.database().map(database::equals).orElse(true)) {
            newest.addAll(
                newest(after.map(stamp -> kept.headMap(stamp, false)).orElse(kept), query));
          }
        });
    newest.sort(Map.Entry.<Stamp, Event>comparingByKey().reversed());
    boolean more = newest.size() > query.limit();
    List<Map.Entry<Stamp, Event>> page = more ? newest.subList(0, query.limit()) : newest;
    return new Page<>(
        page.stream().map(Map.Entry::getValue).toList(),
        more ? Optional.of(Cursors.of(page.get(page.size() - 1).getKey())) : Optional.empty());
  }

  /** One more than a page holds, which tells that there is another. */
  private static List<Map.Entry<Stamp, Event>> newest(
      NavigableMap<Stamp, Event> kept, EventQuery query) {
    return kept.descendingMap().entrySet().stream()
        .filter(one -> query.sequence().map(one.getValue().sequence()::equals).orElse(true))
        .limit(query.limit() + 1L)
        .map(one -> Map.entry(one.getKey(), one.getValue()))
        .toList();
  }
}
