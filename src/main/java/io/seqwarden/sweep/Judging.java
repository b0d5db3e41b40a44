package io.seqwarden.sweep;

import io.seqwarden.catalog.Watched;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.Observation;
import io.seqwarden.drift.State;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Judges what a pass observed, and heals it where it may. What is in sync and was observed just so
 * in the pass before is not judged again. One thread at a time uses it.
 */
final class Judging {

  private final Stages stages;
  private final Healer healer;

  /** By the sequence's oid. */
  private Map<Long, Judged> before = new HashMap<>();

  private Map<Long, Judged> now = new HashMap<>();

  private record Judged(Watched watched, Healer.Healed healed) {

    boolean holdsFor(Watched other, Observation observed) {
      return healed.verdict().state() == State.IN_SYNC
          && healed.observation().equals(observed)
          && watched.equals(other);
    }
  }

  Judging(Stages stages, Healer healer) {
    this.stages = stages;
    this.healer = healer;
  }

  /** A pass begins; what the last one did not come to is forgotten. */
  void begin() {
    before = now;
    now = new HashMap<>();
  }

  /** Judges without writing anything. */
  Healer.Healed judge(Watched watched, Observation observation) {
    Judged last = before.get(watched.sequence().oid());
    return keep(
        watched,
        last != null && last.holdsFor(watched, observation)
            ? last.healed()
            : new Healer.Healed(
                stages.judge().judge(watched.sequence(), observation, watched.policy(), false),
                observation,
                List.of()));
  }

  /**
   * Judges, and heals.
   *
   * @param inDatabase whether events go to {@code seqwarden.event} too
   * @param happened gets what was moved or refused, also where the connection is lost after that
   */
  Healer.Healed heal(
      Watched watched,
      Observation observation,
      boolean inDatabase,
      Event.Source source,
      Consumer<Event> happened)
      throws SQLException {
    Judged last = before.get(watched.sequence().oid());
    return keep(
        watched,
        last != null && last.holdsFor(watched, observation)
            ? last.healed()
            : healer.heal(watched, observation, false, inDatabase, source, happened));
  }

  private Healer.Healed keep(Watched watched, Healer.Healed healed) {
    if (healed.problems().isEmpty()) {
      now.put(watched.sequence().oid(), new Judged(watched, healed));
    }
    return healed;
  }
}
