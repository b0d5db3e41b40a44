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
import java.util.concurrent.ConcurrentHashMap;

/** Advances what is behind, and says what it moved or refused. Thread-safe. */
final class Healer {

  /** Rows beyond the outlier bound may come within it by an advance: look again, so often. */
  private static final int ROUNDS = 8;

  private final Stages stages;

  /** What was refused last, by the sequence's oid, so that it is an event once and not a sweep. */
  private final Map<Long, Refusal> refusals = new ConcurrentHashMap<>();

  private record Refusal(Reason.Code code, Optional<BigInteger> mark) {}

  Healer(Stages stages) {
    this.stages = stages;
  }

  /**
   * What became of one sequence.
   *
   * @param verdict how it stands now
   * @param events what was moved or refused
   * @param problems why an advance failed
   */
  record Healed(Verdict verdict, List<Event> events, List<String> problems) {
    Healed {
      events = List.copyOf(events);
      problems = List.copyOf(problems);
    }
  }

  /** Advances {@code watched} as long as it is behind and moves; then reads it once more. */
  Healed heal(
      Watched watched, Observation observed, boolean force, boolean inDatabase, Event.Source source)
      throws SQLException {
    Observation observation = observed;
    Verdict verdict = judge(watched, observation, force);
    List<Event> events = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (int round = 0; round < ROUNDS && verdict.target().isPresent(); round++) {
      Optional<Moved> outcome = advance(watched.sequence(), verdict, problems);
      if (outcome.isEmpty()) {
        break;
      }
      Moved moved = outcome.get();
      if (moved.moved()) {
        events.add(advanced(watched.sequence(), source, moved, verdict));
      }
      // Also where last_value stays: a fresh sequence is moved past its first value by is_called.
      observation = stages.observer().observe(stages.database(), watched);
      verdict = judge(watched, observation, force);
      if (!moved.moved()) {
        break;
      }
    }
    refused(watched.sequence(), observation, verdict, source).ifPresent(events::add);
    if (inDatabase) {
      events.forEach(event -> record(event, problems));
    }
    return new Healed(
        stages.judge().judge(watched.sequence(), observation, watched.policy(), force),
        events,
        problems);
  }

  private Verdict judge(Watched watched, Observation observation, boolean force) {
    return stages.judge().judge(watched.sequence(), observation, watched.policy(), force);
  }

  private Optional<Moved> advance(Sequence sequence, Verdict verdict, List<String> problems)
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
        throw failure;
      }
      problems.add(problem(sequence, failure));
      return Optional.empty();
    }
  }

  private static String problem(Sequence sequence, SQLException failure) {
    String cause = failure.getMessage() + " (" + failure.getSQLState() + ")";
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
          "The event of %s could not be written to seqwarden.event and is kept in memory only: %s (%s). GRANT INSERT ON seqwarden.event to the role of this connection"
              .formatted(event.sequence(), failure.getMessage(), failure.getSQLState()));
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
