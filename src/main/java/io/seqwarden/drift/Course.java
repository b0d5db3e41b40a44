package io.seqwarden.drift;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * A sequence's way from its start side to its effective limit, seen so that it always counts up: a
 * sequence that counts down is mirrored at zero, once, here, and every rule is written once.
 *
 * <p>Arbitrary precision: nothing overflows.
 */
final class Course {

  private static final Bounds SIXTY_FOUR_BITS = Bounds.of(Long.MIN_VALUE, Long.MAX_VALUE);

  private final Sequence sequence;
  private final boolean down;
  private final BigInteger step;
  private final BigInteger lo;
  private final BigInteger hi;

  Course(Sequence sequence, Policy policy) {
    this.sequence = sequence;
    this.down = sequence.descending();
    this.step = BigInteger.valueOf(sequence.increment()).abs();
    Bounds bounds = Bounds.of(sequence.min(), sequence.max());
    for (FedColumn column : sequence.columns()) {
      bounds = bounds.intersect(column.range());
    }
    bounds = policy.range().map(bounds::intersect).orElse(bounds);
    this.lo = mirror(down ? bounds.highest() : bounds.lowest());
    this.hi = mirror(down ? bounds.lowest() : bounds.highest());
  }

  /** An id as this course sees it; its own inverse. */
  BigInteger mirror(BigInteger id) {
    return down ? id.negate() : id;
  }

  BigInteger step() {
    return step;
  }

  boolean isEmpty() {
    return hi.compareTo(lo) < 0;
  }

  /** The effective limit, not mirrored. */
  BigInteger effectiveLimit() {
    return mirror(hi);
  }

  BigInteger at(Position position) {
    return mirror(BigInteger.valueOf(position.lastValue()));
  }

  /** What the next nextval returns, were there no bounds. */
  BigInteger next(Position position) {
    return position.isCalled() ? at(position).add(step) : at(position);
  }

  /** The first value past {@code mark} that the sequence, next at {@code next}, comes by. */
  BigInteger firstPast(BigInteger mark, BigInteger next) {
    BigInteger distance = mark.subtract(next);
    return distance.signum() < 0
        ? next
        : next.add(distance.divide(step).add(BigInteger.ONE).multiply(step));
  }

  boolean remains(BigInteger value) {
    return value.compareTo(hi) <= 0;
  }

  /** The last id that is no outlier. */
  BigInteger outlierBound(Position position, Limits limits) {
    BigDecimal range = new BigDecimal(hi.subtract(lo));
    BigDecimal at = new BigDecimal(at(position));
    BigDecimal used = new BigDecimal(lo).add(limits.usedRatio().multiply(range));
    BigInteger bound = floor(at.add(limits.maxJumpRatio().multiply(range)));
    if (at.compareTo(used) < 0) {
      bound = bound.min(floor(used));
    }
    return bound.max(next(position).add(BigInteger.valueOf(Judge.IN_THE_WAY_IDS))).min(hi);
  }

  private static BigInteger floor(BigDecimal value) {
    return value.setScale(0, RoundingMode.FLOOR).toBigInteger();
  }

  /** How much of the way lies behind {@code furthest}, 0 to 1. */
  double usedRatio(BigInteger furthest) {
    BigInteger range = hi.subtract(lo);
    BigInteger used = furthest.subtract(lo);
    if (used.signum() <= 0) {
      return range.signum() == 0 && used.signum() == 0 ? 1.0 : 0.0;
    }
    if (used.compareTo(range) >= 0) {
      return 1.0;
    }
    return new BigDecimal(used)
        .divide(new BigDecimal(range), 17, RoundingMode.HALF_EVEN)
        .doubleValue();
  }

  /** Whether a column's type ends before the sequence's own bound on this side. */
  boolean isNarrow(FedColumn column) {
    return down
        ? column.range().lowest().compareTo(BigInteger.valueOf(sequence.min())) > 0
        : column.range().highest().compareTo(BigInteger.valueOf(sequence.max())) < 0;
  }

  /** {@code value} as 64 bits, saturating. */
  static long saturated(BigInteger value) {
    return value.max(SIXTY_FOUR_BITS.lowest()).min(SIXTY_FOUR_BITS.highest()).longValueExact();
  }
}
