package io.seqwarden.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.seqwarden.drift.Position;
import io.seqwarden.postgres.BackendMemory;
import io.seqwarden.postgres.SqlResource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The statements that read a batch. Thread-safe. */
final class BatchSql {

  private static final String READ =
      "select pg_catalog.set_config('seqwarden.batch', ?, true);\n"
          + SqlResource.load(BatchSql.class, "observe.sql")
          + ";\nselect pg_catalog.current_setting('seqwarden.answer')";

  private static final String POSITIONS = SqlResource.load(BatchSql.class, "positions.sql");
  private static final String POSITIONS_18 = SqlResource.load(BatchSql.class, "positions_18.sql");

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
   * Reads marks, then positions.
   *
   * @param apart whether each reading may fail by itself
   * @return answers in the same order, as observe.sql has them; fewer where there was no time
   */
  List<String> read(
      Connection connection, List<Mark> marks, List<Observing> positions, boolean apart)
      throws SQLException {
    BackendMemory memory = BackendMemory.of(connection);
    marks.forEach(mark -> memory.table(mark.table(), mark.weight()));
    positions.forEach(one -> memory.sequence(one.watched().sequence().oid()));
    try (PreparedStatement statement = connection.prepareStatement(READ)) {
      statement.setString(1, json(marks, positions, apart).toString());
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

  private ObjectNode json(List<Mark> marks, List<Observing> positions, boolean apart) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode texts = json.putArray("marks");
    marks.forEach(mark -> texts.add(mark.toJson(maxPagesUnindexed)));
    ArrayNode oids = json.putArray("positions");
    positions.forEach(one -> oids.add(one.watched().sequence().oid()));
    json.put("stop_ms", stopMs);
    json.put("apart", apart);
    return json;
  }

  /**
   * Reads positions together, so that one which fails spoils all.
   *
   * @return one for each; empty for those that have to be read apart
   */
  List<Optional<Position>> positions(Connection connection, List<Observing> sequences)
      throws SQLException {
    if (sequences.isEmpty()) {
      return List.of();
    }
    BackendMemory memory = BackendMemory.of(connection);
    sequences.forEach(one -> memory.sequence(one.watched().sequence().oid()));
    boolean all = connection.getMetaData().getDatabaseMajorVersion() >= 18;
    try (PreparedStatement query = connection.prepareStatement(all ? POSITIONS_18 : POSITIONS)) {
      Object[] oids =
          sequences.stream().map(one -> one.watched().sequence().oid()).toArray(Long[]::new);
      query.setArray(1, connection.createArrayOf("int8", oids));
      List<Optional<Position>> positions =
          new ArrayList<>(Collections.nCopies(sequences.size(), Optional.empty()));
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          Position position = new Position(row.getLong("last_value"), row.getBoolean("is_called"));
          positions.set(row.getInt("number") - 1, Optional.of(position));
        }
      }
      return positions;
    }
  }
}
