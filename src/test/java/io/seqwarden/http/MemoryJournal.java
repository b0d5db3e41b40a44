package io.seqwarden.http;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.State;
import io.seqwarden.report.History;
import io.seqwarden.report.Journal;
import io.seqwarden.sweep.SweepReport;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A journal over two lists, in the order in which they were filled. A cursor is an index. */
final class MemoryJournal implements Journal {

  final List<Finding> findings = new CopyOnWriteArrayList<>();
  final List<Event> events = new CopyOnWriteArrayList<>();
  final List<SweepReport> reports = new CopyOnWriteArrayList<>();
  volatile History history = History.NONE;
  volatile OptionalDouble secondsLeft = OptionalDouble.empty();

  @Override
  public Optional<SweepReport> lastSweep(String database) {
    return reports.stream().filter(r -> r.database().equals(database)).findFirst();
  }

  @Override
  public Map<State, Long> counts(String database) {
    return Arrays.stream(State.values())
        .collect(
            Collectors.toMap(
                Function.identity(),
                state ->
                    findings.stream()
                        .filter(f -> f.database().equals(database))
                        .filter(f -> f.verdict().state() == state)
                        .count()));
  }

  @Override
  public Page<Finding> findings(FindingQuery query) {
    return page(wanted(query), query.limit(), query.after());
  }

  private Stream<Finding> wanted(FindingQuery query) {
    return findings.stream()
        .filter(f -> query.database().isEmpty() || query.database().get().equals(f.database()))
        .filter(f -> query.state().isEmpty() || query.state().get() == f.verdict().state())
        .filter(
            f ->
                query.warning().isEmpty() || f.verdict().warnings().contains(query.warning().get()))
        .filter(f -> query.q().isEmpty() || f.sequence().name().quoted().contains(query.q().get()));
  }

  @Override
  public long count(FindingQuery query) {
    return wanted(query).count();
  }

  @Override
  public History history(String database, String sequence) {
    return history;
  }

  @Override
  public OptionalDouble secondsLeft(Finding finding) {
    return secondsLeft;
  }

  @Override
  public Optional<Finding> finding(String database, String sequence) {
    return findings.stream()
        .filter(f -> f.database().equals(database))
        .filter(f -> f.sequence().name().quoted().equals(sequence))
        .findFirst();
  }

  @Override
  public Page<Event> events(EventQuery query) {
    return page(
        events.stream()
            .filter(e -> query.database().isEmpty() || query.database().get().equals(e.database()))
            .filter(e -> query.sequence().isEmpty() || query.sequence().get().equals(e.sequence())),
        query.limit(),
        query.after());
  }

  private static <T> Page<T> page(Stream<T> all, int limit, Optional<String> after) {
    int start = after.map(MemoryJournal::index).orElse(0);
    List<T> rest = all.skip(start).toList();
    return rest.size() <= limit
        ? new Page<>(rest, Optional.empty())
        : new Page<>(rest.subList(0, limit), Optional.of(Integer.toString(start + limit)));
  }

  private static int index(String cursor) {
    try {
      return Integer.parseInt(cursor);
    } catch (NumberFormatException e) {
      throw new BadCursorException("no cursor: " + cursor);
    }
  }

  @Override
  public void swept(SweepReport report) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void synced(Finding finding, List<Event> more) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void recorded(String database, List<Event> more) {
    throw new UnsupportedOperationException();
  }
}
