package io.seqwarden.sweep;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/**
 * One watched database, as the HTTP API and the commands drive it. Thread-safe.
 *
 * <p>What takes a database's time is answered by a stage, so that thousands of waiting callers hold
 * no thread each. The methods themselves return at once. What is expected to go wrong is a value of
 * the result; a stage that completes exceptionally tells of a bug. Continuations may run on the
 * watch's own thread: they have to be short.
 */
public interface DatabaseWatch {

  /** The database's name in the configuration. */
  String name();

  /** How it stands. */
  Status status();

  /** How far scheduled sweeps lie apart; empty while unknown. */
  default Optional<Duration> interval() {
    return Optional.empty();
  }

  /**
   * A whole sweep now; waits for one that is under way and then runs its own. Calls that arrive
   * together share one. An unreachable or paused database is an outcome of the report.
   */
  CompletionStage<SweepReport> sweep(Event.Source source);

  /**
   * Checks one sequence now and repairs it where needed and allowed. Calls for the same sequence
   * that arrive together share one repair, and each is answered by one that began after its
   * arrival.
   *
   * @param sequence {@code schema.name}, each part quoted as {@code quote_ident} does
   * @param force count outliers and override {@code refused}, as long as ids remain
   */
  CompletionStage<SyncResult> syncSequence(String sequence, boolean force, Event.Source source);

  /** The same for every sequence that feeds {@code table}; the worst of their results. */
  CompletionStage<SyncResult> syncTable(String table, boolean force, Event.Source source);

  /** No sweeps and no advances until {@code length} has passed; empty: until resumed. */
  void pause(Optional<Duration> length);

  /** Ends a pause. */
  void resume();

  /**
   * How a database stands.
   *
   * @param up whether it was reached last time; false before the first try ended
   * @param role what it was then
   * @param observeOnly whether {@code mode = observe}
   * @param paused whether it is paused
   * @param pausedUntil when the pause ends by itself
   * @param firstSweepDone whether a sweep has reached it since the start
   * @param lastSweep when the last sweep that reached it ended
   * @param nextSweep when the next one is due
   * @param problem why it is down
   */
  record Status(
      boolean up,
      Optional<SweepReport.Role> role,
      boolean observeOnly,
      boolean paused,
      Optional<Instant> pausedUntil,
      boolean firstSweepDone,
      Optional<Instant> lastSweep,
      Optional<Instant> nextSweep,
      Optional<String> problem) {}

  /** The answer to a sync. */
  sealed interface SyncResult {

    /**
     * It was judged, and advanced where needed and allowed.
     *
     * @param before last_value before; empty where unreadable
     * @param after last_value after
     * @param mark the high-water mark; empty for an empty table
     * @param finding how it stands now, refusals and unreadable included
     */
    record Judged(
        OptionalLong before, OptionalLong after, Optional<BigInteger> mark, Finding finding)
        implements SyncResult {
      public Judged {
        Objects.requireNonNull(finding, "finding");
      }
    }

    /**
     * No watched sequence or table of that name.
     *
     * @param message names it, and what to do
     */
    record Unknown(String message) implements SyncResult {}

    /**
     * The database was not reached.
     *
     * @param message the cause
     */
    record Unreachable(String message) implements SyncResult {}

    /**
     * Nothing was done: paused, shutting down.
     *
     * @param message why, and what to do
     */
    record NotNow(String message) implements SyncResult {}

    /**
     * More callers wait than the bound allows.
     *
     * @param message the bound
     */
    record TooMany(String message) implements SyncResult {}
  }

  /** Every watched database by name, for those that look one up. */
  interface All {
    /** Them, in the order of the configuration. */
    List<DatabaseWatch> databases();

    /** The one of that name. */
    Optional<DatabaseWatch> database(String name);

    /** Whether the scheduler makes progress; false fails {@code /livez}, with the reason. */
    Optional<String> stalled();
  }
}
