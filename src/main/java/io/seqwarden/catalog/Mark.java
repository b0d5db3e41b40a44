package io.seqwarden.catalog;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.seqwarden.drift.Bounds;
import io.seqwarden.drift.FedColumn;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One maximum or minimum to be read: of a fed column, over its whole tree or over one member.
 *
 * @param observing the sequence that is observed
 * @param column the index of the fed column
 * @param table the oid of the table to read
 * @param only whether without what inherits from it
 * @param weight how many tables are read
 * @param lowest the lowest id that counts; empty: all do
 * @param highest the highest id that counts
 */
record Mark(
    Observing observing,
    int column,
    long table,
    boolean only,
    int weight,
    Optional<BigInteger> lowest,
    Optional<BigInteger> highest) {

  /** Trees of more tables are read member by member, since one statement locks them all. */
  private static final int LARGEST_TREE = 64;

  private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

  /**
   * The marks of one column.
   *
   * @param bound the outlier bound up to which ids count; empty: all in the policy's range do
   */
  static List<Mark> of(Observing observing, int column, Optional<BigInteger> bound) {
    FedColumn fed = observing.column(column);
    boolean down = observing.watched().sequence().descending();
    Optional<Bounds> range = observing.watched().policy().range();
    Optional<BigInteger> lowest = range.map(Bounds::lowest);
    Optional<BigInteger> highest = range.map(Bounds::highest);
    if (bound.isPresent()) {
      if (down) {
        lowest = Optional.of(lowest.map(bound.get()::max).orElse(bound.get()));
      } else {
        highest = Optional.of(highest.map(bound.get()::min).orElse(bound.get()));
      }
    }
    int weight = Watched.weight(fed);
    if (weight <= LARGEST_TREE && !observing.watched().apart().contains(fed.tableOid())) {
      return List.of(new Mark(observing, column, fed.tableOid(), false, weight, lowest, highest));
    }
    Optional<BigInteger> from = lowest;
    Optional<BigInteger> to = highest;
    return fed.members().stream()
        .filter(member -> !member.partitioned())
        .map(member -> new Mark(observing, column, member.oid(), true, 1, from, to))
        .toList();
  }

  FedColumn fed() {
    return observing.column(column);
  }

  /** Whether it may take as long as a whole table does. */
  boolean mayScan(OptionalInt maxPagesUnindexed) {
    return !fed().indexed() && maxPagesUnindexed.isEmpty();
  }

  /** Whether it is read only while the table is small. */
  boolean isLimited(OptionalInt maxPagesUnindexed) {
    return !fed().indexed() && maxPagesUnindexed.isPresent();
  }

  /** As observe.sql reads it. */
  ObjectNode toJson(OptionalInt maxPagesUnindexed) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("t", Long.toString(table));
    json.put("q", query());
    json.put("o", only);
    if (!fed().indexed()) {
      maxPagesUnindexed.ifPresent(pages -> json.put("p", pages));
    }
    return json;
  }

  /**
   * The reading, with one column {@code id}, as a format of the server's for the table's name. The
   * first row of the index costs less to plan than the maximum, which comes to the same.
   */
  String query() {
    boolean down = observing.watched().sequence().descending();
    String column = columnFormat();
    String from = "from " + (only ? "only " : "") + "%s as x";
    String query;
    if (fed().indexed()) {
      query =
          "select %s as id %s where %s is not null%s order by %s %s limit 1"
              .formatted(
                  rounded(column), from, column, condition(" and "), column, down ? "asc" : "desc");
    } else {
      String furthest = (down ? "min(" : "max(") + column + ")";
      query = "select %s as id %s%s".formatted(rounded(furthest), from, condition(" where "));
    }
    return query;
  }

  /** As it stands in a format. */
  private String columnFormat() {
    return "x." + fed().quotedName().replace("%", "%%");
  }

  private String rounded(String id) {
    if (fed().isInteger()) {
      return id;
    }
    boolean down = observing.watched().sequence().descending();
    return (down ? "ceil(" : "floor(") + id + "::numeric)";
  }

  /**
   * SQL text in which nothing comes from outside but the column's name, quoted by the server. NaN
   * is above every number for the server, and not among the ids from {@code lowest} on for us.
   */
  private String condition(String first) {
    List<String> conditions = new ArrayList<>();
    lowest.ifPresent(id -> conditions.add(comparison(">=", id)));
    if (highest.isPresent()) {
      conditions.add(comparison("<=", highest.get()));
    } else if (lowest.isPresent()) {
      conditions.add(columnFormat() + " < 'NaN'::pg_catalog.numeric");
    }
    return conditions.isEmpty() ? "" : first + String.join(" and ", conditions);
  }

  /**
   * A numeric beside an integer column would keep its index from being used, so where no id of the
   * column is beyond 64 bits, what it is compared with is brought to them.
   */
  private String comparison(String operator, BigInteger id) {
    boolean in64Bits = fed().range().highest().bitLength() < Long.SIZE;
    return "%s %s '%s'::pg_catalog.%s"
        .formatted(
            columnFormat(),
            operator,
            in64Bits ? id.min(MAX).max(MIN) : id,
            in64Bits ? "int8" : "numeric");
  }
}
