package io.seqwarden.drift;

import java.math.BigInteger;
import java.util.Objects;
import java.util.Optional;

/**
 * What was read of one fed column.
 *
 * <p>"Furthest" is the largest id, or the smallest where the sequence counts down.
 *
 * @param furthest the furthest id of all, empty where the column holds none; numeric values are
 *     floored (counting down: ceiled). NaN and the infinities count as ids beyond every bound
 * @param within the furthest id that is no outlier. The same as {@code furthest} unless that lies
 *     beyond the {@linkplain Judge#outlierBound outlier bound}; empty where no id lies within it
 * @param problem why the column could not be read; then the other two are empty
 */
public record Reading(
    Optional<BigInteger> furthest, Optional<BigInteger> within, Optional<Reason> problem) {

  public Reading {
    Objects.requireNonNull(furthest, "furthest");
    Objects.requireNonNull(within, "within");
    Objects.requireNonNull(problem, "problem");
  }

  /** A column that holds no id. */
  public static Reading empty() {
    return new Reading(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** A column whose furthest id is no outlier. */
  public static Reading of(BigInteger furthest) {
    return new Reading(Optional.of(furthest), Optional.of(furthest), Optional.empty());
  }

  /** A column whose furthest id is an outlier; {@code within} is the furthest that is none. */
  public static Reading withOutlier(BigInteger furthest, Optional<BigInteger> within) {
    return new Reading(Optional.of(furthest), within, Optional.empty());
  }

  /** A column that could not be read. */
  public static Reading unreadable(Reason problem) {
    return new Reading(Optional.empty(), Optional.empty(), Optional.of(problem));
  }
}
