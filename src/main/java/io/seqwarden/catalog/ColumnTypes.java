package io.seqwarden.catalog;

import io.seqwarden.drift.Bounds;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;

/** Which ids fit a column, by the type beneath its domains. */
final class ColumnTypes {

  /** What an unconstrained numeric may hold before its decimal point. */
  private static final int NUMERIC_DIGITS = 131_072;

  /** Beyond every numeric: stands for NaN and the infinities, which no sequence can meet. */
  static final BigInteger BEYOND = BigInteger.TEN.pow(NUMERIC_DIGITS);

  /** The ids of an unconstrained numeric. */
  private static final Bounds NUMERIC =
      new Bounds(BEYOND.negate().add(BigInteger.ONE), BEYOND.subtract(BigInteger.ONE));

  /** The ids of a bigint, and what stands for the range of a type that holds no ids. */
  static final Bounds BIGINT = Bounds.of(Long.MIN_VALUE, Long.MAX_VALUE);

  private static final Bounds INTEGER = Bounds.of(Integer.MIN_VALUE, Integer.MAX_VALUE);
  private static final Bounds SMALLINT = Bounds.of(Short.MIN_VALUE, Short.MAX_VALUE);

  /** The types' oids, the same on every server. */
  private static final int BIGINT_OID = 20;

  private static final int SMALLINT_OID = 21;
  private static final int INTEGER_OID = 23;
  private static final int NUMERIC_OID = 1700;

  private ColumnTypes() {}

  /**
   * The ids that fit; empty where the type is none that an id of a sequence can be compared with.
   *
   * @param baseType the type's oid
   * @param modifier its modifier; below 4 where a numeric has neither precision nor scale
   */
  static Optional<Bounds> range(long baseType, int modifier) {
    return switch ((int) baseType) {
      case SMALLINT_OID -> Optional.of(SMALLINT);
      case INTEGER_OID -> Optional.of(INTEGER);
      case BIGINT_OID -> Optional.of(BIGINT);
      case NUMERIC_OID -> Optional.of(numeric(modifier));
      default -> Optional.empty();
    };
  }

  /**
   * PostgreSQL packs precision and scale into the type modifier. The scale, signed in 11 bits, may
   * be negative or larger than the precision since 15: numeric(3,-2) ends at 99900, and
   * numeric(2,4) holds no integer but 0.
   */
  private static Bounds numeric(int modifier) {
    if (modifier < 4) {
      return NUMERIC;
    }
    int precision = ((modifier - 4) >> 16) & 0xFFFF;
    int scale = (((modifier - 4) & 0x7FF) ^ 0x400) - 0x400;
    BigInteger largest =
        new BigDecimal(BigInteger.TEN.pow(precision).subtract(BigInteger.ONE), scale)
            .setScale(0, RoundingMode.FLOOR)
            .toBigInteger();
    return new Bounds(largest.negate(), largest);
  }
}
