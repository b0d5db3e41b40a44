package io.seqwarden.catalog;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.seqwarden.drift.Position;
import io.seqwarden.drift.Reason;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.SqlResource;
import io.seqwarden.postgres.SqlState;
import io.seqwarden.postgres.Timeouts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads jobs in batches: one transaction and one round trip a batch, so that locks are held
 * briefly. A batch that fails is halved until the one job that fails is alone; the others are read.
 * Thread-safe.
 */
final class Batches {

  /** Tables a batch may lock; the contract's 200 a transaction. */
  static final int MAX_TABLES = 200;

  private static final String READ =
      "select pg_catalog.set_config('seqwarden.batch', ?, true);\n"
          + SqlResource.load(Batches.class, "observe.sql")
          + ";\nselect pg_catalog.current_setting('seqwarden.answer')";

  private final Timeouts timeouts;
  private final Optional<Integer> maxPagesUnindexed;

  Batches(Timeouts timeouts, Optional<Integer> maxPagesUnindexed) {
    this.timeouts = timeouts;
    this.maxPagesUnindexed = maxPagesUnindexed;
  }

  /**
   * A job's outcome: what was read, or why it was not.
   *
   * @param ids one text a part: the id, {@code -} for none, {@code !} for too large to be scanned
   */
  record Answer(Job job, Optional<Position> position, List<String> ids, Optional<Reason> problem) {
    Answer {
      ids = List.copyOf(ids);
    }
  }

  /** Splits jobs into batches by the tables that they lock. */
  static List<List<Job>> split(List<Job> jobs) {
    List<List<Job>> batches = new ArrayList<>();
    List<Job> batch = new ArrayList<>();
    int weight = 0;
    for (Job job : jobs) {
      if (!batch.isEmpty() && weight + job.weight() > 2 * MAX_TABLES) {
        batches.add(batch);
        batch = new ArrayList<>();
        weight = 0;
      }
      batch.add(job);
      weight += job.weight();
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }

  /**
   * Reads one batch.
   *
   * @throws SQLException if the connection is lost
   */
  List<Answer> read(Database database, List<Job> batch) throws SQLException {
    try {
      return database.read(timeouts, connection -> read(connection, batch));
    } catch (SQLException failure) {
      if (SqlState.isConnectionFailure(failure)) {
        throw failure;
      }
      if (batch.size() == 1) {
        Reason reason = Failures.reason(batch.get(0).watched(), failure, timeouts);
        return List.of(new Answer(batch.get(0), Optional.empty(), List.of(), Optional.of(reason)));
      }
      List<Answer> answers = new ArrayList<>(read(database, batch.subList(0, batch.size() / 2)));
      answers.addAll(read(database, batch.subList(batch.size() / 2, batch.size())));
      return answers;
    }
  }

  private List<Answer> read(Connection connection, List<Job> batch) throws SQLException {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    batch.forEach(job -> json.add(job.toJson(maxPagesUnindexed)));
    try (PreparedStatement statement = connection.prepareStatement(READ)) {
      statement.setString(1, json.toString());
      statement.execute();
      statement.getMoreResults();
      statement.getMoreResults();
      try (ResultSet row = statement.getResultSet()) {
        row.next();
        List<String> lines = row.getString(1).lines().toList();
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
          answers.add(answer(batch.get(i), List.of(lines.get(i).split(" "))));
        }
        return answers;
      }
    }
  }

  private static Answer answer(Job job, List<String> fields) {
    Position position = new Position(Long.parseLong(fields.get(0)), fields.get(1).startsWith("t"));
    return new Answer(
        job, Optional.of(position), fields.subList(2, fields.size()), Optional.empty());
  }
}
