package io.seqwarden.catalog;

import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.Sequence;
import io.seqwarden.postgres.Question;
import io.seqwarden.postgres.SqlResource;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The server's counters of what was written to each table, as of one moment. Sessions tell what
 * they wrote within seconds after a transaction's end; until then these stay behind. Immutable.
 */
final class TableCounters {

  private static final String SQL = SqlResource.brief(TableCounters.class, "table_counters.sql");

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

  /** Reads them all with one statement. */
  static final Question<TableCounters> READ =
      new Question<>() {
        @Override
        public String text(Connection connection) {
          return SQL;
        }

        @Override
        public void fill(Connection connection, PreparedStatement statement, int before) {
          // It has no parameters.
        }

        @Override
        public TableCounters answer(PreparedStatement statement) throws SQLException {
          try (ResultSet row = statement.getResultSet()) {
            row.next();
            return new TableCounters(
                Optional.ofNullable(row.getString("epoch")),
                row.getLong("catalogs"),
                longs(row, "oids"),
                longs(row, "files"),
                longs(row, "counts"));
          }
        }
      };

  private static long[] longs(ResultSet row, String column) throws SQLException {
    Array array = row.getArray(column);
    return array == null
        ? new long[0]
        : Stream.of((Long[]) array.getArray()).mapToLong(Long::longValue).toArray();
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
    long[] tables =
        sequence.columns().stream()
            .flatMap(column -> column.members().stream())
            .filter(member -> !member.partitioned())
            .mapToLong(FedColumn.Member::oid)
            .toArray();
    long[] state = new long[2 * tables.length];
    for (int i = 0; i < tables.length; i++) {
      int found = place(tables[i]);
      if (epoch.isEmpty() || found < 0) {
        return Optional.empty();
      }
      state[2 * i] = files[found];
      state[2 * i + 1] = counts[found];
    }
    return Optional.of(new State(state));
  }
}
