package io.seqwarden.catalog;

import io.seqwarden.drift.Position;
import io.seqwarden.postgres.Question;
import io.seqwarden.postgres.SqlTemplate;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
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

  private static final SqlTemplate READINGS = SqlTemplate.brief(Readings.class, "readings.sql");
  private static final SqlTemplate POSITIONS = SqlTemplate.brief(Readings.class, "positions.sql");
  private static final SqlTemplate POSITIONS_18 =
      SqlTemplate.brief(Readings.class, "positions_18.sql");

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
    BatchSql.account(connection, marks, positions);
    BatchSql.account(connection, List.of(), told);
    List<String> statements = new ArrayList<>();
    if (hasReadings()) {
      statements.add(
          READINGS.fill(
              Map.of(
                  "stop", SqlTemplate.literal(stop),
                  "oids", oids(marks, positions),
                  "queries", queries(connection))));
    }
    if (!told.isEmpty()) {
      boolean all = connection.getMetaData().getDatabaseMajorVersion() >= 18;
      SqlTemplate query = all ? POSITIONS_18 : POSITIONS;
      statements.add(query.fill(Map.of("oids", oids(List.of(), told))));
    }
    return String.join(";\n", statements);
  }

  @Override
  public Answers answer(Statement statement) throws SQLException {
    List<String> readings = List.of();
    if (hasReadings()) {
      readings = read(statement);
      statement.getMoreResults();
    }
    return new Answers(readings, told.isEmpty() ? List.of() : told(statement));
  }

  private static String oids(List<Mark> marks, List<Observing> positions) {
    return Stream.concat(
            marks.stream().map(Mark::table),
            positions.stream().map(one -> one.watched().sequence().oid()))
        .map(String::valueOf)
        .collect(Collectors.joining(",", "'{", "}'"));
  }

  private String queries(Connection connection) throws SQLException {
    Stream<String> queries =
        Stream.concat(marks.stream().map(Mark::query), positions.stream().map(one -> POSITION));
    return SqlTemplate.literal(connection.createArrayOf("text", queries.toArray()).toString());
  }

  private static List<String> read(Statement statement) throws SQLException {
    List<String> answers = new ArrayList<>();
    try (ResultSet rows = statement.getResultSet()) {
      while (rows.next()) {
        String row = rows.getString("row");
        if (row == null) {
          // Nothing after it was begun either, unless the server's clock was set back.
          break;
        }
        answers.add(answer(row));
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

  private List<Optional<Position>> told(Statement statement) throws SQLException {
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
