package io.seqwarden.drift;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Optional;

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

  /** The sequence's own start side bound, or the share's; a column's does not count here. */
  private final BigInteger start;

  Course(Sequence sequence, Policy policy) {
    this.sequence = sequence;
    this.down = sequence.descending();
    this.step = BigInteger.valueOf(sequence.increment()).abs();
    Bounds bounds = Bounds.of(sequence.min(), sequence.max());
    for (FedColumn column : sequence.columns()) {
      bounds = bounds.intersect(column.range());
    }
    bounds = policy.range().map(bounds::intersect).orElse(bounds);
    this.lo = mirror(startSide(bounds));
    this.hi = mirror(down ? bounds.lowest() : bounds.highest());
    Bounds own = Bounds.of(sequence.min(), sequence.max());
    this.start = mirror(startSide(policy.range().map(own::intersect).orElse(own)));
  }

  private BigInteger startSide(Bounds bounds) {
    return down ? bounds.highest() : bounds.lowest();
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

  /**
   * The last id that is no outlier. A sequence that stands before its course, as one that was not
   * yet moved to its share of the ids, is compared from where the course begins. The SQL function
   * {@code seqwarden.outlier_bound} computes the same.
   */
  BigInteger outlierBound(Position position, Limits limits) {
    BigDecimal range = new BigDecimal(hi.subtract(lo));
    BigInteger from = at(position).max(lo);
    BigDecimal used = new BigDecimal(lo).add(limits.usedRatio().multiply(range));
    BigInteger bound = floor(new BigDecimal(from).add(limits.maxJumpRatio().multiply(range)));
    if (new BigDecimal(from).compareTo(used) < 0) {
      bound = bound.min(floor(used));
    }
    BigInteger inTheWay = next(position).max(lo).add(BigInteger.valueOf(Judge.IN_THE_WAY_IDS));
    return bound.max(inTheWay).min(hi);
  }

  private static BigInteger floor(BigDecimal value) {
    return value.setScale(0, RoundingMode.FLOOR).toBigInteger();
  }

  /** How much of the way is used up by {@code position} and the ids up to {@code mark}. */
  Used used(Position position, Optional<BigInteger> mark) {
    BigInteger furthest = mark.map(at(position)::max).orElse(at(position));
    BigInteger way = hi.subtract(start);
    if (way.signum() == 0) {
      boolean taken = position.isCalled() || mark.filter(m -> m.compareTo(start) >= 0).isPresent();
      return new Used(taken ? BigInteger.ONE : BigInteger.ZERO, BigInteger.ONE);
    }
    return new Used(furthest.subtract(start).max(BigInteger.ZERO).min(way), way);
  }

  /**
   * A part of a way.
   *
   * @param passed 0 to {@code way}
   * @param way more than 0
   */
  record Used(BigInteger passed, BigInteger way) {

    /** 0 to 1, and 1 only where nothing is left. */
    double ratio() {
      if (passed.equals(way)) {
        return 1.0;
      }
      double ratio =
          new BigDecimal(passed).divide(new BigDecimal(way), MathContext.DECIMAL128).doubleValue();
      return Math.min(ratio, Math.nextDown(1.0));
    }

    /** Whether it is {@code ratio} or more, exactly. */
    boolean reaches(BigDecimal ratio) {
      return new BigDecimal(passed).compareTo(ratio.multiply(new BigDecimal(way))) >= 0;
    }
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
