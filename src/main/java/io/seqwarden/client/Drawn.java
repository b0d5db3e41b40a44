package io.seqwarden.client;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Optional;
import org.postgresql.PGConnection;

/**
 * Whether an id that met a row came from the sequence. Others may have advanced it between the
 * failure and the look, and then nothing else tells a drawn id from one that the caller gave.
 */
enum Drawn {
  YES,
  NO,
  UNKNOWN;

  /** currval before the first nextval of a session. */
  private static final String NOT_YET_DEFINED = "55000";

  private static final String CURRVAL =
      "select pg_catalog.currval(?::pg_catalog.oid::pg_catalog.regclass),"
          + " pg_catalog.pg_backend_pid()";

  /** Asks the session in which the work failed; {@code currval} outlives the rollback. */
  static Drawn in(Connection connection, Feed feed, BigInteger id) throws SQLException {
    if (feed.allocation() != Allocation.PLAIN || !isOwnSession(connection)) {
      return UNKNOWN;
    }
    Optional<BigInteger> last = currval(connection, feed);
    return last.isPresent() && last.get().equals(id) ? YES : NO;
  }

  /** Behind a pooler in transaction mode the session may be another one by now. */
  private static boolean isOwnSession(Connection connection) throws SQLException {
    if (!connection.isWrapperFor(PGConnection.class)) {
      return false;
    }
    int told = connection.unwrap(PGConnection.class).getBackendPID();
    try (PreparedStatement query =
            connection.prepareStatement("select pg_catalog.pg_backend_pid()");
        ResultSet row = query.executeQuery()) {
      row.next();
      return row.getInt(1) == told;
    }
  }

  private static Optional<BigInteger> currval(Connection connection, Feed feed)
      throws SQLException {
    Savepoint before = connection.setSavepoint();
    try (PreparedStatement query = connection.prepareStatement(CURRVAL)) {
      query.setLong(1, feed.oid());
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return Optional.of(BigInteger.valueOf(row.getLong(1)));
      }
    } catch (SQLException failure) {
      if (!NOT_YET_DEFINED.equals(failure.getSQLState())) {
        throw failure;
      }
      connection.rollback(before);
      return Optional.empty();
    }
  }
}
