package io.seqwarden.promises;

import java.time.Duration;

/**
 * What one stress run does to one sequence.
 *
 * @param increment of the sequence
 * @param cache of the sequence
 * @param duration how long sessions insert, heal and are killed
 * @param healing who keeps the sequence ahead
 */
record StressLoad(int increment, int cache, Duration duration, Healing healing) {

  /** From how many values on advance.sql may jump, for each value of CACHE. */
  static final long JUMP_FETCHES = 100_000;

  /** Who keeps the sequence ahead of explicit ids. */
  enum Healing {
    /** The guard, sweeps, HTTP and SQL calls, all at once. */
    SEQWARDEN,
    /** The widely copied row trigger: {@code setval(max(id))} after each insert. */
    COPIED_TRIGGER,
    /** Sessions that {@code setval} to the largest id if that is ahead of last_value. */
    NAIVE_HEALER
  }

  /** The distance, in ids, beyond which an advance jumps. */
  long jumpDistance() {
    return JUMP_FETCHES * cache * Math.abs(increment);
  }

  @Override
  public String toString() {
    return "increment %d, cache %d, %s, %s".formatted(increment, cache, duration, healing);
  }
}
