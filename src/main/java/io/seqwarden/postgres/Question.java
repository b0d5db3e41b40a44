package io.seqwarden.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * What can be asked in one round trip, see {@link Database#ask}: a text of one statement or more,
 * known before any of them is answered.
 *
 * @param <T> the answer
 */
public interface Question<T> {

  /** The statements, separated by semicolons, with {@code ?} for parameters. */
  String text(Connection connection) throws SQLException;

  /**
   * Sets the parameters.
   *
   * @param before how many come before those of {@link #text}, whose first is {@code before + 1}
   */
  void fill(Connection connection, PreparedStatement statement, int before) throws SQLException;

  /** Takes the answer from {@code statement}, which is at the first result of {@link #text}. */
  T answer(PreparedStatement statement) throws SQLException;
}
