package io.seqwarden.repair;

import io.seqwarden.drift.Sequence;
import io.seqwarden.postgres.SqlResource;
import io.seqwarden.postgres.SqlTemplate;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Advances sequences from the daemon, with the same text as {@code seqwarden.advance} and without
 * needing it. Thread-safe.
 */
public final class Advancer {

  private static final String GIVE =
      "select pg_catalog.set_config('seqwarden.advance_sequence', ?, true),"
          + " pg_catalog.set_config('seqwarden.advance_target', ?, true)";
  private static final String TAKE =
      "select nullif(pg_catalog.current_setting('seqwarden.advance_before'), ''),"
          + " nullif(pg_catalog.current_setting('seqwarden.advance_reached'), '')";

  private final String move =
      SqlTemplate.load(Advancer.class, "advance_do.sql").fill(Map.of("advance", body()));

  /** The block that both this class and {@code seqwarden.advance} run. */
  static String body() {
    return SqlResource.load(Advancer.class, "advance.sql");
  }

  /**
   * Advances {@code sequence} until its next value lies beyond {@code target}, keeping its residue
   * modulo the increment; never backwards. Moves nothing where no id would remain behind the
   * target, and stops early where another session holds the sequence's lock for longer than
   * lock_timeout.
   *
   * @param connection in a transaction whose search_path is {@code pg_catalog}
   * @throws SQLException 42501 without SELECT and UPDATE on the sequence; 42P01 where it is gone
   */
  public Moved advance(Connection connection, Sequence sequence, long target) throws SQLException {
    try (PreparedStatement give = connection.prepareStatement(GIVE)) {
      give.setString(1, Long.toString(sequence.oid()));
      give.setString(2, Long.toString(target));
      give.execute();
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(move);
      try (ResultSet row = statement.executeQuery(TAKE)) {
        row.next();
        return new Moved(optionalLong(row, 1), optionalLong(row, 2));
      }
    }
  }

  private static OptionalLong optionalLong(ResultSet row, int column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
