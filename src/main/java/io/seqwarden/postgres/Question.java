package io.seqwarden.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What can be asked in one round trip, see {@link Database#ask}: a text of one statement or more,
 * known before any of them is answered.
 *
 * @param <T> the answer
 */
public interface Question<T> {

  /**
   * The statements, separated by semicolons, about to be sent. They have no parameters: values are
   * literals, so that all of it is one message; see {@link SqlTemplate#literal}.
   */
  String text(Connection connection) throws SQLException;

  /** Takes the answer from {@code statement}, which is at the first result of {@link #text}. */
  T answer(Statement statement) throws SQLException;
}
