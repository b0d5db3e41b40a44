package io.seqwarden.drift;

import java.math.BigInteger;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the judge makes of an observation.
 *
 * @param state the state
 * @param reason why; empty when in sync
 * @param warnings what is noteworthy besides, in the order of the enum
 * @param position where the sequence stood; empty where it could not be read
 * @param nextValue what the next nextval would return, saturating at the ends of 64 bits; empty
 *     with the position
 * @param mark the high-water mark, outliers left out; empty for an empty table, and where not all
 *     of it could be read and that does not prove the sequence behind
 * @param gap how many ids the next value lacks to pass the mark, saturating at 2^63 - 1; 0 when in
 *     sync, unless that is only because the sequence cycles
 * @param usedRatio how much of the range up to the effective limit is used, 0 to 1; NaN where
 *     unknown
 * @param effectiveLimit the nearer of the sequence's bound and the narrowest fed column's, and of
 *     the policy's range
 * @param target what to advance past to heal: present exactly when behind, and only then; with
 *     force also when refused and ids would remain
 */
public record Verdict(
    State state,
    Optional<Reason> reason,
    Set<Warning> warnings,
    Optional<Position> position,
    OptionalLong nextValue,
    Optional<BigInteger> mark,
    long gap,
    double usedRatio,
    BigInteger effectiveLimit,
    OptionalLong target) {

  public Verdict {
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(reason, "reason");
    warnings =
        warnings.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(warnings));
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(nextValue, "nextValue");
    Objects.requireNonNull(mark, "mark");
    Objects.requireNonNull(effectiveLimit, "effectiveLimit");
    Objects.requireNonNull(target, "target");
    if (gap < 0) {
      throw new IllegalArgumentException("gap is negative: " + gap);
    }
  }

  /** The same verdict with one more warning. */
  public Verdict with(Warning warning) {
    EnumSet<Warning> more = EnumSet.of(warning);
    more.addAll(warnings);
    return new Verdict(
        state, reason, more, position, nextValue, mark, gap, usedRatio, effectiveLimit, target);
  }
}
