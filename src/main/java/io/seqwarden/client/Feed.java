package io.seqwarden.client;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A sequence and all columns that it feeds.
 *
 * @param oid the sequence's
 * @param name quoted where SQL needs it
 * @param min the sequence's lowest value
 * @param max its highest
 * @param increment not 0
 * @param cache how many values a session takes at a time
 * @param cycles whether it begins anew at its end
 * @param columns those whose ids can be compared with its values
 * @param link what was configured
 */
record Feed(
    long oid,
    String name,
    long min,
    long max,
    long increment,
    long cache,
    boolean cycles,
    List<Column> columns,
    Optional<Link> link) {

  private static final int SMALLINT = 21;
  private static final int INTEGER = 23;
  private static final int NUMERIC = 1700;

  Feed {
    columns = List.copyOf(columns);
  }

  /**
   * A fed column.
   *
   * @param table its table's oid
   * @param number its number there
   * @param name its name, not quoted
   * @param baseType the oid of the type beneath its domains
   * @param modifier that type's modifier, -1 for none
   * @param indexed whether an index gives its largest value
   * @param asked whether it is one of the table that was asked about
   */
  record Column(
      long table,
      int number,
      String name,
      long baseType,
      int modifier,
      boolean indexed,
      boolean asked) {

    /** The largest id that fits; the smallest is its negative, or one less. */
    private BigInteger highest() {
      if (baseType == SMALLINT) {
        return BigInteger.valueOf(Short.MAX_VALUE);
      }
      if (baseType == INTEGER) {
        return BigInteger.valueOf(Integer.MAX_VALUE);
      }
      BigInteger all = BigInteger.valueOf(Long.MAX_VALUE);
      if (baseType != NUMERIC || modifier < 4) {
        return all;
      }
      // PostgreSQL packs the precision, and the scale signed in 11 bits, into the modifier.
      int precision = ((modifier - 4) >> 16) & 0xFFFF;
      int scale = (((modifier - 4) & 0x7FF) ^ 0x400) - 0x400;
      return new BigDecimal(BigInteger.TEN.pow(precision).subtract(BigInteger.ONE), scale)
          .setScale(0, RoundingMode.FLOOR)
          .toBigInteger()
          .min(all);
    }

    private BigInteger lowest() {
      return baseType == NUMERIC ? highest().negate() : highest().negate().subtract(BigInteger.ONE);
    }
  }

  Allocation allocation() {
    return link.map(Link::allocation).orElse(Allocation.PLAIN);
  }

  /** How many values remain beyond {@code lastValue} whose ids fit. */
  BigInteger remaining(BigInteger lastValue) {
    BigInteger lowest = BigInteger.valueOf(min);
    BigInteger highest = BigInteger.valueOf(max);
    for (Column column : columns) {
      lowest = lowest.max(column.lowest());
      highest = highest.min(column.highest());
    }
    BigInteger way = increment > 0 ? highest.subtract(lastValue) : lastValue.subtract(lowest);
    return way.divide(BigInteger.valueOf(increment).abs());
  }

  /** Whether one value is one id, and a later value never a smaller one. */
  boolean isPlain() {
    return allocation() == Allocation.PLAIN && cache == 1 && !cycles;
  }

  /** Whether {@code one} comes before {@code other} on the sequence's way. */
  boolean isBefore(BigInteger one, BigInteger other) {
    return (increment > 0 ? one.compareTo(other) : other.compareTo(one)) < 0;
  }

  /** Whether an application that has come to {@code lastValue} may have made that id of it. */
  boolean mayHaveGiven(BigInteger id, BigInteger lastValue) {
    BigInteger furthest =
        allocation() == Allocation.POOLED_LO
            ? lastValue.add(BigInteger.valueOf(increment - Long.signum(increment)))
            : lastValue;
    return !isBefore(furthest, id);
  }

  /** The request of {@code heal.sql}; numbers only, so that nothing has to be quoted. */
  String request(boolean drain, int unindexedPages) {
    BigInteger lo = BigInteger.valueOf(link.map(Link::lowest).orElse(Long.MIN_VALUE));
    BigInteger hi = BigInteger.valueOf(link.map(Link::highest).orElse(Long.MAX_VALUE));
    StringBuilder list = new StringBuilder();
    for (Column column : columns) {
      lo = lo.max(column.lowest());
      hi = hi.min(column.highest());
      list.append(list.length() == 0 ? "" : ", ")
          .append("{\"t\": ")
          .append(column.table())
          .append(", \"n\": ")
          .append(column.number())
          .append(", \"p\": ")
          .append(column.indexed() ? "null" : Integer.toString(unindexedPages))
          .append('}');
    }
    return String.format(
        Locale.ROOT,
        "{\"sequence\": %d, \"columns\": [%s], \"lo\": %d, \"hi\": %d, \"ranged\": %b,"
            + " \"pooled\": %b, \"used\": 0.9, \"jump\": 0.25, \"drain\": %b}",
        oid,
        list,
        lo,
        hi,
        link.filter(Link::isRanged).isPresent(),
        allocation() == Allocation.POOLED,
        drain);
  }
}
