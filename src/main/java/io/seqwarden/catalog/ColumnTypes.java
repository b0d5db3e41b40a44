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
  static final BigInteger BEYOND = BigInteger.TEN.pow(NUMERIC_DIGITS).multiply(BigInteger.TEN);

  private static final BigInteger NUMERIC = BigInteger.TEN.pow(NUMERIC_DIGITS);

  private static final int SMALLINT = 21;
  private static final int INTEGER = 23;
  private static final int BIGINT = 20;
  private static final int DECIMAL = 1700;

  private ColumnTypes() {}

  /**
   * The ids that fit; empty where the type is none that an id of a sequence can be compared with.
   */
  static Optional<Bounds> range(long baseType, int modifier) {
    return switch ((int) baseType) {
      case SMALLINT -> Optional.of(Bounds.of(Short.MIN_VALUE, Short.MAX_VALUE));
      case INTEGER -> Optional.of(Bounds.of(Integer.MIN_VALUE, Integer.MAX_VALUE));
      case BIGINT -> Optional.of(Bounds.of(Long.MIN_VALUE, Long.MAX_VALUE));
      case DECIMAL -> Optional.of(numeric(modifier));
      default -> Optional.empty();
    };
  }

  static boolean isNumeric(long baseType) {
    return baseType == DECIMAL;
  }

  /** PostgreSQL packs precision and scale into the type modifier; scale is signed in 11 bits. */
  private static Bounds numeric(int modifier) {
    if (modifier < 4) {
      return new Bounds(NUMERIC.negate(), NUMERIC);
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
