package io.seqwarden.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.seqwarden.postgres.BackendMemory;
import io.seqwarden.postgres.Question;
import io.seqwarden.postgres.SqlResource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The statements that read a batch. Thread-safe. */
final class BatchSql {

  private static final String APART =
      "select pg_catalog.set_config('seqwarden.batch', ?, true);\n"
          + SqlResource.load(BatchSql.class, "observe.sql")
          + ";\nselect pg_catalog.current_setting('seqwarden.answer')";

  /** After this part of {@code limits.statement-timeout} a batch begins nothing more. */
  private static final int STOP_DIVISOR = 5;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final long stopMs;
  private final OptionalInt maxPagesUnindexed;

  BatchSql(CatalogSettings settings, OptionalInt maxPagesUnindexed) {
    this.stopMs = settings.timeouts().statement().toMillis() / STOP_DIVISOR;
    this.maxPagesUnindexed = maxPagesUnindexed;
  }

  /**
   * Asks for marks, then positions, together; see {@link Readings}.
   *
   * @param told sequences whose positions the server's function is asked for
   */
  Question<Readings.Answers> together(
      List<Mark> marks, List<Observing> positions, List<Observing> told) {
    return new Readings(marks, positions, told, stopMs + " ms");
  }

  /** Tells the account of the backend's memory what is read. */
  static void account(Connection connection, List<Mark> marks, List<Observing> positions)
      throws SQLException {
    BackendMemory memory = BackendMemory.of(connection);
    marks.forEach(mark -> memory.table(mark.table(), mark.weight()));
    positions.forEach(one -> memory.sequence(one.watched().sequence().oid()));
  }

  /**
   * Reads marks, then positions, each apart, so that what fails is answered for by itself.
   *
   * @return answers in the same order, as observe.sql has them; fewer where there was no time
   */
  List<String> readApart(Connection connection, List<Mark> marks, List<Observing> positions)
      throws SQLException {
    account(connection, marks, positions);
    try (PreparedStatement statement = connection.prepareStatement(APART)) {
      statement.setString(1, json(marks, positions).toString());
      statement.execute();
      statement.getMoreResults();
      statement.getMoreResults();
      try (ResultSet row = statement.getResultSet()) {
        row.next();
        List<String> answers = new ArrayList<>();
        for (JsonNode answer : JSON.readTree(row.getString(1))) {
          answers.add(answer.textValue());
        }
        return answers;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("observe.sql answered with no JSON", e);
    }
  }

  private ObjectNode json(List<Mark> marks, List<Observing> positions) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode texts = json.putArray("marks");
    marks.forEach(mark -> texts.add(mark.toJson(maxPagesUnindexed)));
    ArrayNode oids = json.putArray("positions");
    positions.forEach(one -> oids.add(one.watched().sequence().oid()));
    json.put("stop_ms", stopMs);
    return json;
  }
}
