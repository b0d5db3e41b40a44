package io.seqwarden.sweep;

import io.seqwarden.catalog.Watched;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.Observation;
import io.seqwarden.drift.Position;
import io.seqwarden.drift.Reading;
import io.seqwarden.drift.Reason;
import io.seqwarden.drift.Sequence;
import io.seqwarden.drift.State;
import io.seqwarden.drift.Verdict;
import io.seqwarden.drift.Warning;
import io.seqwarden.postgres.SqlState;
import io.seqwarden.repair.Moved;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Advances what is behind, and says what it moved or refused. Thread-safe. */
final class Healer {

  /** Rows beyond the outlier bound may come within it by an advance: look again, so often. */
  private static final int ROUNDS = 8;

  private final Stages stages;

  /** Advances whose answer the connection's end kept back, by the sequence's oid. */
  private final Map<Long, Unanswered> unanswered = new ConcurrentHashMap<>();

  /** What was refused last, by the sequence's oid, so that it is an event once and not a sweep. */
  private final Map<Long, Refusal> refusals = new ConcurrentHashMap<>();

  private record Unanswered(
      long before, long target, Optional<BigInteger> mark, Event.Source source) {}

  private record Refusal(Reason.Code code, Optional<BigInteger> mark) {}

  Healer(Stages stages) {
    this.stages = stages;
  }

  /** Takes over what another one knows of the same database; that one has ended. */
  void continues(Healer before) {
    unanswered.putAll(before.unanswered);
    refusals.putAll(before.refusals);
  }

  /** A sweep found these alone: what else is known of is gone, and others come without end. */
  void keep(Set<Long> oids) {
    unanswered.keySet().retainAll(oids);
    refusals.keySet().retainAll(oids);
  }

  /** How many sequences something is known of. */
  int known() {
    return unanswered.size() + refusals.size();
  }

  /**
   * What became of one sequence.
   *
   * @param verdict how it stands now
   * @param observation what that was judged from
   * @param problems why an advance failed, or its event could not be written
   */
  record Healed(Verdict verdict, Observation observation, List<String> problems) {
    Healed {
      problems = List.copyOf(problems);
    }
  }

  /**
   * Advances {@code watched} as long as it is behind and moves; then reads it once more.
   *
   * @param happened gets what was moved or refused, also where the connection is lost after that
   */
  Healed heal(
      Watched watched,
      Observation observed,
      boolean force,
      boolean inDatabase,
      Event.Source source,
      Consumer<Event> happened)
      throws SQLException {
    Observation observation = observed;
    Verdict verdict = judge(watched, observation, force);
    List<String> problems = new ArrayList<>();
    Consumer<Event> known =
        event -> {
          happened.accept(event);
          if (inDatabase) {
            record(event, problems);
          }
        };
    answered(watched.sequence(), observation).ifPresent(known);
    for (int round = 0; round < ROUNDS && verdict.target().isPresent(); round++) {
      Optional<Moved> outcome = advance(watched.sequence(), verdict, source, problems);
      if (outcome.isEmpty()) {
        break;
      }
      Moved moved = outcome.get();
      if (moved.moved()) {
        known.accept(advanced(watched.sequence(), source, moved, verdict));
      }
      // Also where last_value stays: a fresh sequence is moved past its first value by is_called.
      observation = stages.observer().observe(stages.database(), watched);
      verdict = judge(watched, observation, force);
      if (!moved.moved()) {
        break;
      }
    }
    refused(watched.sequence(), observation, verdict, source).ifPresent(known);
    return new Healed(
        stages.judge().judge(watched.sequence(), observation, watched.policy(), force),
        observation,
        problems);
  }

  private Verdict judge(Watched watched, Observation observation, boolean force) {
    return stages.judge().judge(watched.sequence(), observation, watched.policy(), force);
  }

  /** What an advance whose answer was lost has done, as far as can be seen now. */
  private Optional<Event> answered(Sequence sequence, Observation observation) {
    if (observation.position().isEmpty()) {
      return Optional.empty();
    }
    Unanswered last = unanswered.remove(sequence.oid());
    Position now = observation.position().get();
    return last != null && now.lastValue() != last.before() && isPast(sequence, now, last.target())
        ? Optional.of(
            event(
                sequence,
                last.source(),
                OptionalLong.of(last.before()),
                OptionalLong.of(now.lastValue()),
                last.mark(),
                Optional.empty()))
        : Optional.empty();
  }

  private static boolean isPast(Sequence sequence, Position now, long target) {
    BigInteger next =
        BigInteger.valueOf(now.lastValue())
            .add(BigInteger.valueOf(now.isCalled() ? sequence.increment() : 0));
    int order = next.compareTo(BigInteger.valueOf(target));
    return sequence.descending() ? order < 0 : order > 0;
  }

  private Optional<Moved> advance(
      Sequence sequence, Verdict verdict, Event.Source source, List<String> problems)
      throws SQLException {
    try {
      return Optional.of(
          stages
              .database()
              .write(
                  stages.settings().catalog().timeouts(),
                  connection ->
                      stages
                          .advancer()
                          .advance(connection, sequence, verdict.target().getAsLong())));
    } catch (SQLException failure) {
      if (SqlState.isConnectionFailure(failure)) {
        long before = verdict.position().orElseThrow().lastValue();
        long target = verdict.target().getAsLong();
        unanswered.put(sequence.oid(), new Unanswered(before, target, verdict.mark(), source));
        throw failure;
      }
      problems.add(problem(sequence, failure));
      return Optional.empty();
    }
  }

  private static String problem(Sequence sequence, SQLException failure) {
    String cause = SqlState.said(failure) + " (" + failure.getSQLState() + ")";
    return SqlState.isInsufficientPrivilege(failure)
        ? "%1$s is behind and could not be advanced: %2$s. GRANT SELECT, UPDATE ON SEQUENCE %1$s TO the role of this connection"
            .formatted(sequence.name(), cause)
        : "%s is behind and could not be advanced: %s. The next sweep tries again"
            .formatted(sequence.name(), cause);
  }

  private Optional<Event> refused(
      Sequence sequence, Observation observation, Verdict verdict, Event.Source source) {
    Optional<Refusal> refusal = Optional.empty();
    if (verdict.state() == State.REFUSED) {
      refusal = Optional.of(new Refusal(verdict.reason().orElseThrow().code(), verdict.mark()));
    } else if (verdict.warnings().contains(Warning.OUTLIER)) {
      refusal = Optional.of(new Refusal(Reason.Code.OUTLIER, furthest(sequence, observation)));
    }
    if (refusal.isEmpty()) {
      refusals.remove(sequence.oid());
      return Optional.empty();
    }
    if (refusal.get().equals(refusals.put(sequence.oid(), refusal.get()))) {
      return Optional.empty();
    }
    OptionalLong at =
        verdict
            .position()
            .map(Position::lastValue)
            .map(OptionalLong::of)
            .orElse(OptionalLong.empty());
    return Optional.of(
        event(sequence, source, at, at, refusal.get().mark(), Optional.of(refusal.get().code())));
  }

  private static Optional<BigInteger> furthest(Sequence sequence, Observation observation) {
    return observation.readings().stream()
        .map(Reading::furthest)
        .flatMap(Optional::stream)
        .reduce(sequence.descending() ? BigInteger::min : BigInteger::max);
  }

  private void record(Event event, List<String> problems) {
    try {
      stages
          .database()
          .write(
              stages.settings().catalog().timeouts(),
              connection -> {
                stages.eventTable().insert(connection, event);
                return event;
              });
    } catch (SQLException failure) {
      problems.add(
          "The event of %s could not be written to seqwarden.event and is kept in memory only: %s (%s)%s"
              .formatted(
                  event.sequence(),
                  SqlState.said(failure),
                  failure.getSQLState(),
                  SqlState.isInsufficientPrivilege(failure)
                      ? ". GRANT INSERT ON seqwarden.event to the role of this connection"
                      : ""));
    }
  }

  private Event advanced(Sequence sequence, Event.Source source, Moved moved, Verdict verdict) {
    return event(sequence, source, moved.before(), moved.after(), verdict.mark(), Optional.empty());
  }

  private Event event(
      Sequence sequence,
      Event.Source source,
      OptionalLong before,
      OptionalLong after,
      Optional<BigInteger> mark,
      Optional<Reason.Code> refusal) {
    return new Event(
        stages.clock().instant(),
        stages.settings().name(),
        sequence.name().quoted(),
        source,
        before,
        after,
        mark,
        refusal,
        stages.settings().connection().user().orElse(""),
        "none",
        "seqwarden",
        Optional.empty());
  }
}
