package io.seqwarden.report;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.State;
import io.seqwarden.drift.Warning;
import io.seqwarden.sweep.SweepListener;
import io.seqwarden.sweep.SweepReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is known of every database: the last report, the findings and the audit trail. An interface,
 * so that several nodes can share one. Thread-safe.
 */
public interface Journal extends SweepListener {

  /** The last sweep of a database, whatever its outcome. */
  Optional<SweepReport> lastSweep(String database);

  /** How many sequences of a database are in each state, every state present. */
  Map<State, Long> counts(String database);

  /** Findings, worst first: by state, then warnings, then gap, then database and name. */
  Page<Finding> findings(FindingQuery query);

  /** How many findings there are of those that are wanted, whatever the limit and the cursor. */
  long count(FindingQuery query);

  /** How a sequence and its mark went on, by its quoted name. */
  History history(String database, String sequence);

  /**
   * Seconds until the sequence reaches its effective limit, at the speed seen since the start;
   * empty while unknown.
   */
  OptionalDouble secondsLeft(Finding finding);

  /** One finding by the sequence's quoted name. */
  Optional<Finding> finding(String database, String sequence);

  /** Events, newest first. */
  Page<Event> events(EventQuery query);

  /**
   * Which findings are wanted.
   *
   * @param q part of the sequence's, table's or column's name, case ignored
   * @param limit 1 to 1000
   * @param after the {@code next} of the page before
   */
  record FindingQuery(
      Optional<String> database,
      Optional<State> state,
      Optional<Warning> warning,
      Optional<String> q,
      int limit,
      Optional<String> after) {}

  /** Which events are wanted; {@code limit} and {@code after} as with findings. */
  record EventQuery(
      Optional<String> database, Optional<String> sequence, int limit, Optional<String> after) {}

  /**
   * A page of results.
   *
   * @param next what to pass as {@code after} for the next page; empty on the last
   */
  record Page<T>(List<T> items, Optional<String> next) {
    public Page {
      items = List.copyOf(items);
    }
  }

  /** An {@code after} that is none of this journal's. */
  final class BadCursorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Names the cursor. */
    public BadCursorException(String message) {
      super(message);
    }
  }
}
