package io.seqwarden.catalog;

import io.seqwarden.drift.Position;
import io.seqwarden.postgres.Question;
import io.seqwarden.postgres.SqlResource;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A batch that is read together, so that one reading which fails spoils all: marks, then positions,
 * and after them those of which the server's function tells, which is a tenth of the work.
 *
 * @param positions sequences that are read themselves
 * @param told sequences that the function is asked for
 * @param stop an interval, as the server reads it, after which nothing more is begun
 */
record Readings(List<Mark> marks, List<Observing> positions, List<Observing> told, String stop)
    implements Question<Readings.Answers> {

  private static final String READINGS = SqlResource.brief(Readings.class, "readings.sql");
  private static final String POSITIONS = SqlResource.brief(Readings.class, "positions.sql");
  private static final String POSITIONS_18 = SqlResource.brief(Readings.class, "positions_18.sql");

  /** A position as an answer has it. */
  private static final String POSITION =
      "select ' ' || x.last_value || ' ' || x.is_called as id from %s as x";

  /**
   * What a batch answered.
   *
   * @param readings of marks, then of positions: {@code =ID}, or {@code -} for no id at all; fewer
   *     where there was no time
   * @param told positions; empty for those that have to be read
   */
  record Answers(List<String> readings, List<Optional<Position>> told) {}

  private boolean hasReadings() {
    return !marks.isEmpty() || !positions.isEmpty();
  }

  @Override
  public String text(Connection connection) throws SQLException {
    if (told.isEmpty()) {
      return READINGS;
    }
    boolean all = connection.getMetaData().getDatabaseMajorVersion() >= 18;
    String query = all ? POSITIONS_18 : POSITIONS;
    return hasReadings() ? READINGS + ";\n" + query : query;
  }

  @Override
  public void fill(Connection connection, PreparedStatement statement, int before)
      throws SQLException {
    BatchSql.account(connection, marks, positions);
    BatchSql.account(connection, List.of(), told);
    int set = before;
    if (hasReadings()) {
      statement.setString(++set, stop);
      statement.setArray(++set, oids(connection, marks, positions));
      statement.setArray(++set, queries(connection));
    }
    if (!told.isEmpty()) {
      statement.setArray(++set, oids(connection, List.of(), told));
    }
  }

  @Override
  public Answers answer(PreparedStatement statement) throws SQLException {
    List<String> readings = List.of();
    if (hasReadings()) {
      readings = read(statement);
      statement.getMoreResults();
    }
    return new Answers(readings, told.isEmpty() ? List.of() : told(statement));
  }

  private static Array oids(Connection connection, List<Mark> marks, List<Observing> positions)
      throws SQLException {
    Stream<Long> oids =
        Stream.concat(
            marks.stream().map(Mark::table),
            positions.stream().map(one -> one.watched().sequence().oid()));
    return connection.createArrayOf("int8", oids.toArray());
  }

  private Array queries(Connection connection) throws SQLException {
    Stream<String> queries =
        Stream.concat(marks.stream().map(Mark::query), positions.stream().map(one -> POSITION));
    return connection.createArrayOf("text", queries.toArray());
  }

  private static List<String> read(PreparedStatement statement) throws SQLException {
    List<String> answers = new ArrayList<>();
    try (ResultSet rows = statement.getResultSet()) {
      while (rows.next()) {
        String row = rows.getString("row");
        if (row != null) {
          answers.add(answer(row));
        }
      }
    }
    return answers;
  }

  /** What is no row of ours is taken for an id, which it is none. */
  private static String answer(String row) {
    if (row.isEmpty() || row.contains("<id xsi:nil=\"true\"/>")) {
      return "-";
    }
    int from = row.indexOf("<id>");
    int to = row.indexOf("</id>");
    return "=" + (from < 0 || to < from ? row : row.substring(from + "<id>".length(), to));
  }

  private List<Optional<Position>> told(PreparedStatement statement) throws SQLException {
    List<Optional<Position>> positions =
        new ArrayList<>(Collections.nCopies(told.size(), Optional.empty()));
    try (ResultSet rows = statement.getResultSet()) {
      while (rows.next()) {
        Position position = new Position(rows.getLong("last_value"), rows.getBoolean("is_called"));
        positions.set(rows.getInt("number") - 1, Optional.of(position));
      }
    }
    return positions;
  }
}
