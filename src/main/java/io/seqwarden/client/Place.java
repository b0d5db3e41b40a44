package io.seqwarden.client;

import java.sql.SQLException;

/** Where the client looks into a failure. */
interface Place {

  /**
   * Runs a look with settings of its own, and leaves none of them behind.
   *
   * @throws SQLException also where the connection is lost; {@link #renew} says what then
   */
  <T> T look(SqlWork<T> look) throws SQLException;

  /** Whether it is the session in which the work failed, so that {@code currval} tells of it. */
  boolean isSessionOfFailure();

  /** Whether another look may find another connection. */
  boolean renew();
}
