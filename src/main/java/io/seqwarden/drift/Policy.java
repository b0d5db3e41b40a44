package io.seqwarden.drift;

import java.util.Objects;
import java.util.Optional;

/**
 * What the configuration says of one sequence beyond the defaults.
 *
 * @param heal whether it may be advanced automatically; empty where nothing was said: then yes,
 *     unless it cycles
 * @param guard whether its tables may carry the guard
 * @param allocation how the application hands out ids from it
 * @param range this writer's share of the ids; ids outside belong to other writers and are neither
 *     read nor reached
 */
public record Policy(
    Optional<Boolean> heal, boolean guard, Allocation allocation, Optional<Bounds> range) {

  /** What holds for a sequence of which the configuration says nothing. */
  public static final Policy DEFAULT =
      new Policy(Optional.empty(), true, Allocation.PLAIN, Optional.empty());

  public Policy {
    Objects.requireNonNull(heal, "heal");
    Objects.requireNonNull(allocation, "allocation");
    Objects.requireNonNull(range, "range");
  }

  /** How an application makes ids of a sequence's values. The last three are Hibernate's names. */
  public enum Allocation {
    /** Each value is an id. */
    PLAIN,
    /** A value is the end of a block of {@code increment} ids. */
    POOLED,
    /** A value is the start of a block of {@code increment} ids. */
    POOLED_LO,
    /** A value is multiplied by the application's own block size; ids are far ahead by design. */
    HILO
  }
}
