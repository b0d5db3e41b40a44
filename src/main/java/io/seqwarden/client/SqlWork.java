package io.seqwarden.client;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * JDBC work that may have to run more than once.
 *
 * @param <T> what it gives
 */
@FunctionalInterface
public interface SqlWork<T> {

  /**
   * Does the work.
   *
   * @param connection in a transaction; the work neither commits nor rolls it back, and does not
   *     close it
   * @throws SQLException as the driver threw it, so that a 23505 can be told from others; one that
   *     is the cause of another exception is found too
   */
  T run(Connection connection) throws SQLException;
}
