package io.seqwarden.catalog;

import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.Sequence;
import io.seqwarden.postgres.Question;
import io.seqwarden.postgres.SqlResource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server's counters of what was written to each table. Each is as of the moment that reads it,
 * none as of before the epoch. Sessions tell what they wrote within seconds after a transaction's
 * end; until then these stay behind. Immutable.
 */
final class TableCounters {

  private static final String SQL =
      SqlResource.brief(TableCounters.class, "counters_epoch.sql")
          + ";\n"
          + SqlResource.brief(TableCounters.class, "table_counters.sql");

  /** Else each counter is copied for the transaction, since version 15, at a fifth of the time. */
  private static final String UNCOPIED =
      "select pg_catalog.set_config('stats_fetch_consistency', 'none', true);\n";

  private static final int COPIES_SINCE = 15;

  /** Empty where the server does not count, or is a standby, whose counters do not move. */
  private final Optional<String> epoch;

  private final long catalogs;

  /** Sorted: a table's oid in the upper half, in the lower one its place in files and counts. */
  private final long[] places;

  private final long[] files;
  private final long[] counts;

  private TableCounters(
      Optional<String> epoch, long catalogs, long[] oids, long[] files, long[] counts) {
    this.epoch = epoch;
    this.catalogs = catalogs;
    this.places = places(oids);
    this.files = files;
    this.counts = counts;
  }

  private static long[] places(long[] oids) {
    long[] places = new long[oids.length];
    for (int i = 0; i < oids.length; i++) {
      places[i] = oids[i] << 32 | i;
    }
    Arrays.sort(places);
    return places;
  }

  /** Where a table's file and counter are; negative where there are none. */
  private int place(long oid) {
    int found = -1 - Arrays.binarySearch(places, oid << 32 | 0xffff_ffffL);
    return found > 0 && places[found - 1] >>> 32 == oid ? (int) places[found - 1] : -1;
  }

  /** Reads them all with one round trip. */
  static final Question<TableCounters> READ =
      new Question<>() {
        @Override
        public String text(Connection connection) throws SQLException {
          return copies(connection) ? UNCOPIED + SQL : SQL;
        }

        @Override
        public TableCounters answer(Statement statement) throws SQLException {
          if (copies(statement.getConnection())) {
            statement.getMoreResults();
          }
          Optional<String> epoch = epoch(statement);
          statement.getMoreResults();
          try (ResultSet row = statement.getResultSet()) {
            row.next();
            return new TableCounters(
                epoch,
                row.getLong("catalogs"),
                longs(row, "oids"),
                longs(row, "files"),
                longs(row, "counts"));
          }
        }
      };

  private static Optional<String> epoch(Statement statement) throws SQLException {
    try (ResultSet row = statement.getResultSet()) {
      return row.next() ? Optional.ofNullable(row.getString("epoch")) : Optional.empty();
    }
  }

  private static boolean copies(Connection connection) throws SQLException {
    return connection.getMetaData().getDatabaseMajorVersion() >= COPIES_SINCE;
  }

  /** Reads an array of bigint as the server writes it, {@code {1,2,3}}: there are many. */
  private static long[] longs(ResultSet row, String column) throws SQLException {
    String text = row.getString(column);
    if (text == null) {
      return new long[0];
    }
    long[] numbers = new long[1 + (int) text.chars().filter(c -> c == ',').count()];
    int from = 1;
    for (int i = 0; i < numbers.length; i++) {
      int comma = text.indexOf(',', from);
      int to = comma < 0 ? text.length() - 1 : comma;
      numbers[i] = Long.parseLong(text, from, to, 10);
      from = to + 1;
    }
    return numbers;
  }

  /** Files and counters of some tables at one moment. Immutable. */
  static final class State {
    private final long[] filesAndCounts;

    private State(long[] filesAndCounts) {
      this.filesAndCounts = filesAndCounts;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof State state && Arrays.equals(filesAndCounts, state.filesAndCounts);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(filesAndCounts);
    }
  }

  /** Whether these and {@code earlier} ones began at the same time, so that they compare. */
  boolean comparesWith(TableCounters earlier) {
    return epoch.isPresent() && epoch.equals(earlier.epoch);
  }

  /** Whether nothing was written to the catalogs since {@code earlier}. */
  boolean sameCatalogs(TableCounters earlier) {
    return comparesWith(earlier) && catalogs == earlier.catalogs;
  }

  /**
   * File and counter of every table that {@code sequence} feeds, to be compared with the same of
   * another moment; empty where not all have any.
   */
  Optional<State> of(Sequence sequence) {
    if (epoch.isEmpty()) {
      return Optional.empty();
    }
    long[] state = new long[2 * tables(sequence)];
    int filled = 0;
    for (FedColumn column : sequence.columns()) {
      for (FedColumn.Member member : column.members()) {
        if (!member.partitioned()) {
          int found = place(member.oid());
          if (found < 0) {
            return Optional.empty();
          }
          state[filled++] = files[found];
          state[filled++] = counts[found];
        }
      }
    }
    return Optional.of(new State(state));
  }

  private static int tables(Sequence sequence) {
    int tables = 0;
    for (FedColumn column : sequence.columns()) {
      for (FedColumn.Member member : column.members()) {
        tables += member.partitioned() ? 0 : 1;
      }
    }
    return tables;
  }
}
