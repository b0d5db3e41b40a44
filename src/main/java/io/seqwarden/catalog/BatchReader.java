package io.seqwarden.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.seqwarden.drift.Position;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.SqlResource;
import io.seqwarden.postgres.SqlState;
import io.seqwarden.postgres.Timeouts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Reads marks and positions in batches of up to 200 tables, each one transaction and one round
 * trip, so that locks are held briefly. A position is read once all marks of its sequence were, in
 * the same batch or a later one. Confined to the observing thread.
 *
 * <p>One that fails is answered for by itself; see observe.sql. A batch that fails as a whole is
 * read again without the one that a {@code statement_timeout} interrupted, which gets a batch of
 * its own, or where that is not known in halves.
 */
final class BatchReader {

  /** Tables that one batch reads. */
  private static final int MOST_TABLES = 200;

  /** After this part of {@code limits.statement-timeout} a batch begins nothing more. */
  private static final int STOP_DIVISOR = 5;

  private static final String READ =
      "select pg_catalog.set_config('seqwarden.batch', ?, true);\n"
          + SqlResource.load(BatchReader.class, "observe.sql")
          + ";\nselect pg_catalog.current_setting('seqwarden.answer')";

  private static final Pattern INTERRUPTED = Pattern.compile("/\\* seqwarden (\\d+) \\*/");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Database database;
  private final Timeouts timeouts;
  private final OptionalInt maxPagesUnindexed;
  private final Failures failures;
  private final BooleanSupplier cancelled;
  private boolean stopped;

  BatchReader(Database database, CatalogSettings settings, BooleanSupplier cancelled) {
    this.database = database;
    this.timeouts = settings.timeouts();
    this.maxPagesUnindexed =
        settings.scanUnindexed()
            ? OptionalInt.empty()
            : OptionalInt.of(settings.unindexedMaxPages());
    this.failures = new Failures(settings);
    this.cancelled = cancelled;
  }

  /**
   * Reads marks and hands them to their sequences, and the positions of all sequences that have
   * none.
   *
   * @return false where it was cancelled before the end
   * @throws SQLException if the connection is lost
   */
  boolean read(List<Observing> all, List<Mark> marks) throws SQLException {
    for (List<Mark> batch : batches(marks)) {
      readBatch(new Batch(batch, completedBy(batch)));
    }
    readBatch(new Batch(List.of(), all.stream().filter(one -> !one.hasPosition()).toList()));
    return !stopped;
  }

  /**
   * What one transaction reads.
   *
   * @param positions sequences whose marks will all have been read with these
   */
  private record Batch(List<Mark> marks, List<Observing> positions) {

    int size() {
      return marks.size() + positions.size();
    }

    /** A part of the marks followed by the positions: none of these comes before its marks. */
    Batch part(int from, int to) {
      int split = marks.size();
      return new Batch(
          marks.subList(Math.min(from, split), Math.min(to, split)),
          positions.subList(Math.max(from, split) - split, Math.max(to, split) - split));
    }
  }

  /** What may scan a table gets a batch of its own, so that only it can be late. */
  private List<List<Mark>> batches(List<Mark> marks) {
    List<List<Mark>> batches = new ArrayList<>();
    List<Mark> batch = new ArrayList<>();
    int weight = 0;
    for (Mark mark : marks) {
      if (mark.mayScan(maxPagesUnindexed)) {
        batches.add(List.of(mark));
        continue;
      }
      if (weight + mark.weight() > MOST_TABLES && !batch.isEmpty()) {
        batches.add(batch);
        batch = new ArrayList<>();
        weight = 0;
      }
      batch.add(mark);
      weight += mark.weight();
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }

  private static List<Observing> completedBy(List<Mark> marks) {
    Map<Observing, Integer> counts = new LinkedHashMap<>();
    marks.forEach(mark -> counts.merge(mark.observing(), 1, Integer::sum));
    return counts.entrySet().stream()
        .filter(entry -> entry.getValue() == entry.getKey().pending())
        .map(Map.Entry::getKey)
        .toList();
  }

  private void readBatch(Batch batch) throws SQLException {
    Batch rest = batch;
    while (rest.size() > 0 && !stopped) {
      if (cancelled.getAsBoolean()) {
        stopped = true;
        return;
      }
      Batch now = rest;
      List<String> answers;
      try {
        answers = database.read(timeouts, connection -> read(connection, now));
      } catch (SQLException failure) {
        if (SqlState.isConnectionFailure(failure)) {
          throw failure;
        }
        readApart(now, failure);
        return;
      }
      rest = take(now, answers);
    }
  }

  private List<String> read(Connection connection, Batch batch) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(READ)) {
      statement.setString(1, json(batch).toString());
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

  private ObjectNode json(Batch batch) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode marks = json.putArray("marks");
    batch.marks().forEach(mark -> marks.add(mark.toJson(maxPagesUnindexed)));
    ArrayNode positions = json.putArray("positions");
    batch.positions().forEach(one -> positions.add(one.watched().sequence().oid()));
    json.put("stop_ms", timeouts.statement().toMillis() / STOP_DIVISOR);
    return json;
  }

  /** Hands out answers, and returns what was not begun. */
  private Batch take(Batch batch, List<String> answers) {
    int marks = batch.marks().size();
    for (int i = 0; i < answers.size(); i++) {
      if (i < marks) {
        take(batch.marks().get(i), answers.get(i));
      } else {
        take(batch.positions().get(i - marks), answers.get(i));
      }
    }
    return batch.part(answers.size(), batch.size());
  }

  private void take(Mark mark, String answer) {
    switch (answer.charAt(0)) {
      case '=' -> mark.observing().take(mark, answer.substring(1));
      case '-' -> mark.observing().takeNone();
      case '!' -> mark.observing().fail(mark, failures.tooLarge(mark.fed()));
      default -> mark.observing().fail(mark, failures.reason(mark, Failures.Failure.of(answer)));
    }
  }

  private void take(Observing observing, String answer) {
    if (answer.charAt(0) == '=') {
      String[] fields = answer.split(" ", 3);
      observing.take(new Position(Long.parseLong(fields[1]), fields[2].startsWith("t")));
    } else {
      observing.fail(failures.reason(observing.watched(), Failures.Failure.of(answer)));
    }
  }

  /**
   * Reads a batch that failed as a whole again in parts. One alone gets the failure; so does the
   * first of a batch where it was interrupted, since it had all the time that there is.
   */
  private void readApart(Batch batch, SQLException failure) throws SQLException {
    int size = batch.size();
    int interrupted = interrupted(failure);
    if (size == 1 || interrupted == 0) {
      fail(batch.part(0, 1), Failures.Failure.of(failure));
      readBatch(batch.part(1, size));
    } else if (interrupted > 0 && interrupted < size) {
      readBatch(batch.part(0, interrupted));
      readBatch(batch.part(interrupted, interrupted + 1));
      readBatch(batch.part(interrupted + 1, size));
    } else {
      readBatch(batch.part(0, size / 2));
      readBatch(batch.part(size / 2, size));
    }
  }

  private void fail(Batch one, Failures.Failure failure) {
    one.marks().forEach(mark -> mark.observing().fail(mark, failures.reason(mark, failure)));
    one.positions().forEach(each -> each.fail(failures.reason(each.watched(), failure)));
  }

  /** The number, in the batch, of the statement that a timeout interrupted, or -1. */
  private static int interrupted(SQLException failure) {
    if (SqlState.isQueryCanceled(failure) && failure instanceof PSQLException from) {
      ServerErrorMessage message = from.getServerErrorMessage();
      String where = message == null ? null : message.getWhere();
      if (where != null) {
        Matcher found = INTERRUPTED.matcher(where);
        return found.find() ? Integer.parseInt(found.group(1)) : -1;
      }
    }
    return -1;
  }
}
