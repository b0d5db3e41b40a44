package io.seqwarden.catalog;

import io.seqwarden.drift.Position;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.Question;
import io.seqwarden.postgres.SqlState;
import io.seqwarden.postgres.Timeouts;
import io.seqwarden.postgres.WorkingSet;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Reads marks and positions in batches of up to 200 tables, each one transaction, so that locks are
 * held briefly. A position is read once all marks of its sequence were, in the same batch or a
 * later one. Confined to the thread that reads the chunk.
 *
 * <p>A batch is read in the cheapest way first, in which one failure fails it all. Then it is read
 * again with each reading apart, so that one that fails is answered for by itself; see observe.sql.
 * What fails even so is read without the one that a {@code statement_timeout} interrupted, which
 * gets a batch of its own, or where that is not known in halves.
 *
 * <p>A brief one has less time than {@code limits.statement-timeout}: what that interrupts is no
 * answer, and ends it.
 */
final class BatchReader {

  /** Tables that one batch reads. */
  private static final int MOST_TABLES = 200;

  /** The last one: names of tables and columns come before it, and may hold anything. */
  private static final Pattern INTERRUPTED =
      Pattern.compile(".*/\\* seqwarden (\\d+) \\*/", Pattern.DOTALL);

  private final Database database;
  private final Timeouts timeouts;
  private final OptionalInt maxPagesUnindexed;
  private final BatchSql sql;
  private final Failures failures;
  private final BooleanSupplier cancelled;
  private final Runnable underWay;
  private final boolean brief;
  private boolean stopped;

  private BatchReader(
      Database database,
      CatalogSettings settings,
      BooleanSupplier cancelled,
      Runnable underWay,
      boolean brief) {
    this.database = database;
    this.underWay = underWay;
    this.brief = brief;
    this.timeouts = settings.timeouts();
    this.maxPagesUnindexed =
        settings.scanUnindexed()
            ? OptionalInt.empty()
            : OptionalInt.of(settings.unindexedMaxPages());
    this.sql = new BatchSql(settings, maxPagesUnindexed);
    this.failures = new Failures(settings);
    this.cancelled = cancelled;
  }

  /**
   * One that answers for everything.
   *
   * @param cancelled asked between batches; true ends the reading
   * @param underWay run whenever a question has its connection and is about to be sent
   */
  static BatchReader thorough(
      Database database, CatalogSettings settings, BooleanSupplier cancelled, Runnable underWay) {
    return new BatchReader(database, settings, cancelled, underWay, false);
  }

  /** One for a part of the reading that another one does again where it fails. */
  static BatchReader brief(Database database, CatalogSettings settings, BooleanSupplier cancelled) {
    return new BatchReader(database, settings, cancelled, () -> {}, true);
  }

  /**
   * Reads marks and hands them to their sequences, and the positions of all sequences that have
   * none.
   *
   * @return false where it was cancelled before the end
   * @throws SQLException if the connection is lost; of a brief one, also where time ran out
   */
  boolean read(List<Observing> all, List<Mark> marks) throws SQLException {
    for (List<Mark> batch : batches(marks, mark -> mark.isLimited(maxPagesUnindexed))) {
      readBatch(new Batch(batch, List.of()));
    }
    for (List<Mark> batch : batches(marks, mark -> !mark.isLimited(maxPagesUnindexed))) {
      readTogether(batch, completedBy(batch));
    }
    readTogether(List.of(), all.stream().filter(one -> !one.hasPosition()).toList());
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
  private List<List<Mark>> batches(List<Mark> marks, Predicate<Mark> which) {
    List<List<Mark>> batches = new ArrayList<>();
    List<Mark> batch = new ArrayList<>();
    int weight = 0;
    for (Mark mark : marks.stream().filter(which).toList()) {
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

  /** Reads in the cheapest way; what was not read when something failed is read apart. */
  private void readTogether(List<Mark> marks, List<Observing> positions) throws SQLException {
    Batch rest = new Batch(marks, List.of());
    List<Observing> told = positions;
    try {
      while (rest.size() + told.size() > 0 && !isCancelled()) {
        Batch now = rest;
        Readings.Answers answers =
            database.ask(
                timeouts,
                workingSet(now.marks(), positions),
                announcing(sql.together(now.marks(), now.positions(), told)));
        rest = take(now, answers.readings());
        takeTold(told, answers.told());
        told = rest.marks().isEmpty() ? List.of() : unread(positions);
        if (told.isEmpty()) {
          // What the server's function does not tell of.
          rest = new Batch(rest.marks(), unread(positions));
        }
      }
    } catch (SQLException failure) {
      if (endsAll(failure)) {
        throw failure;
      }
      Batch apart = new Batch(rest.marks(), unread(positions));
      // What a timeout interrupted had its time already.
      if (isOneOf(apart.marks(), interrupted(failure))) {
        readApart(apart, failure);
      } else {
        readBatch(apart);
      }
    }
  }

  private <T> Question<T> announcing(Question<T> question) {
    return new Question<>() {
      @Override
      public String text(Connection connection) throws SQLException {
        String text = question.text(connection);
        underWay.run();
        return text;
      }

      @Override
      public T answer(Statement statement) throws SQLException {
        return question.answer(statement);
      }
    };
  }

  private boolean endsAll(SQLException failure) {
    return SqlState.isConnectionFailure(failure) || (brief && SqlState.isQueryCanceled(failure));
  }

  private static WorkingSet workingSet(List<Mark> marks, List<Observing> positions) {
    Observing first = marks.isEmpty() ? positions.get(0) : marks.get(0).observing();
    return WorkingSet.ofBatch(
        first.watched().sequence().oid(),
        positions.size(),
        marks.stream().mapToInt(Mark::weight).sum());
  }

  private static boolean isOneOf(List<Mark> marks, int number) {
    return number >= 0 && number < marks.size();
  }

  /** Of {@code positions} those that are still to be read. */
  private static List<Observing> unread(List<Observing> positions) {
    return positions.stream().filter(one -> !one.hasPosition()).toList();
  }

  private boolean isCancelled() {
    stopped = stopped || cancelled.getAsBoolean();
    return stopped;
  }

  private void readBatch(Batch batch) throws SQLException {
    Batch rest = batch;
    while (rest.size() > 0 && !isCancelled()) {
      Batch now = rest;
      List<String> answers;
      try {
        answers =
            database.read(
                timeouts,
                workingSet(now.marks(), now.positions()),
                connection -> sql.readApart(connection, now.marks(), now.positions()));
      } catch (SQLException failure) {
        if (endsAll(failure)) {
          throw failure;
        }
        readApart(now, failure);
        return;
      }
      rest = take(now, answers);
    }
  }

  /** Takes the positions of those whose marks were all read before. */
  private static void takeTold(List<Observing> positions, List<Optional<Position>> answers) {
    for (int i = 0; i < answers.size(); i++) {
      Observing one = positions.get(i);
      if (one.pending() == 0) {
        answers.get(i).ifPresent(one::take);
      }
    }
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
      case '=' -> takeId(mark, answer.substring(1));
      case '-' -> mark.observing().takeNone();
      case '!' -> mark.observing().fail(mark, failures.tooLarge(mark.fed()));
      default -> mark.observing().fail(mark, failures.reason(mark, Failures.Failure.of(answer)));
    }
  }

  private void takeId(Mark mark, String id) {
    try {
      mark.observing().take(mark, id);
    } catch (NumberFormatException notOne) {
      // The column's type is another by now; told as the server would.
      Failures.Failure failure =
          new Failures.Failure(
              "22P02", "invalid input syntax for type numeric: \"%s\"".formatted(id));
      mark.observing().fail(mark, failures.reason(mark, failure));
    }
  }

  private static Position position(String lastValue, String isCalled) {
    return new Position(Long.parseLong(lastValue), isCalled.startsWith("t"));
  }

  private void take(Observing observing, String answer) {
    if (answer.charAt(0) == '=') {
      String[] fields = answer.split(" ", 3);
      observing.take(position(fields[1], fields[2]));
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
