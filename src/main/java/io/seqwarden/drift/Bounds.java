package io.seqwarden.drift;

import java.math.BigInteger;
import java.util.Objects;

/**
 * A closed interval of ids. Arbitrary precision, because a numeric column may hold more than 64
 * bits and because sums with 64-bit ids must not overflow.
 *
 * @param lowest the smallest id inside
 * @param highest the largest id inside; an interval with {@code highest < lowest} is empty
 */
public record Bounds(BigInteger lowest, BigInteger highest) {

  public Bounds {
    Objects.requireNonNull(lowest, "lowest");
    Objects.requireNonNull(highest, "highest");
  }

  /** The interval of two 64-bit ids. */
  public static Bounds of(long lowest, long highest) {
    return new Bounds(BigInteger.valueOf(lowest), BigInteger.valueOf(highest));
  }

  /** What lies in both intervals; possibly empty. */
  public Bounds intersect(Bounds other) {
    return new Bounds(lowest.max(other.lowest), highest.min(other.highest));
  }

  /** Whether no id lies inside. */
  public boolean isEmpty() {
    return highest.compareTo(lowest) < 0;
  }

  /** Whether {@code id} lies inside. */
  public boolean contains(BigInteger id) {
    return id.compareTo(lowest) >= 0 && id.compareTo(highest) <= 0;
  }
}
