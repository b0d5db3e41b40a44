package io.seqwarden.drift;

import java.math.BigDecimal;
import java.util.Objects;

/**
 * Where an id stops to be plausible. Both are parts of the whole range from the sequence's start
 * side bound to its effective limit.
 *
 * @param usedRatio {@code limits.used-ratio}, above 0 and at most 1
 * @param maxJumpRatio {@code limits.max-jump-ratio}, above 0 and at most 1
 */
public record Limits(BigDecimal usedRatio, BigDecimal maxJumpRatio) {

  /** The defaults: 0.9 and 0.25. */
  public static final Limits DEFAULT = new Limits(new BigDecimal("0.9"), new BigDecimal("0.25"));

  public Limits {
    requireRatio(usedRatio, "usedRatio");
    requireRatio(maxJumpRatio, "maxJumpRatio");
  }

  private static void requireRatio(BigDecimal ratio, String name) {
    Objects.requireNonNull(ratio, name);
    if (ratio.signum() <= 0 || ratio.compareTo(BigDecimal.ONE) > 0) {
      throw new IllegalArgumentException(name + " is " + ratio + ", not in (0, 1]");
    }
  }
}
