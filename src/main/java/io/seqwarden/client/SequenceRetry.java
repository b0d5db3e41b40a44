package io.seqwarden.client;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;
import javax.sql.DataSource;

/**
 * Runs work again that failed with 23505 because a sequence is behind the ids that it feeds, after
 * advancing the sequence. Thread-safe; one for each database, since it remembers what it saw.
 *
 * <p>Only a sequence that the database links to the violated columns counts, and only where it
 * really is behind, or was until others advanced it a moment ago. Every other failure reaches the
 * caller at once, as the exception that it was: a natural key, an id that the caller gave, a lost
 * connection. Work that was committed never runs again: a connection that is lost while a commit is
 * under way is the caller's to look into, as it is without this class.
 *
 * <p>Who runs it needs SELECT on the ids, and SELECT and USAGE (or UPDATE) on the sequence; nothing
 * of it where {@code seqwarden.sync(regclass)} is installed and may be executed.
 */
public final class SequenceRetry {

  private final DataSource pool;
  private final RetrySettings settings;
  private final LookSettings lookSettings;
  private final Recovery recovery;

  /** With {@link RetrySettings#DEFAULT}. */
  public SequenceRetry(DataSource pool) {
    this(pool, RetrySettings.DEFAULT);
  }

  /**
   * For one database.
   *
   * @param pool gives connections that belong to nobody else's transaction
   */
  public SequenceRetry(DataSource pool, RetrySettings settings) {
    this.pool = Objects.requireNonNull(pool, "pool");
    this.settings = Objects.requireNonNull(settings, "settings");
    this.lookSettings = new LookSettings(settings);
    this.recovery = new Recovery(new Feeds(settings.links()));
  }

  /**
   * Runs work in a transaction of its own and commits it; each further attempt is a fresh one. The
   * connection goes back to the pool with the auto-commit that it came with.
   *
   * @return what the work that was committed gave
   * @throws SQLException as the work, or its commit, threw it
   */
  public <T> T call(SqlWork<T> work) throws SQLException {
    Attempts attempts = new Attempts(settings);
    try (Lease lease = new Lease(pool, lookSettings)) {
      while (true) {
        long began = System.nanoTime();
        Connection connection = lease.connection();
        try {
          T result = work.run(connection);
          // A 23505 of a deferred constraint is the server's word that nothing was committed.
          connection.commit();
          return result;
        } catch (SQLException | RuntimeException | Error failure) {
          lease.failed();
          if (!goesOn(attempts, lease, failure, began)) {
            throw failure;
          }
        }
      }
    }
  }

  /**
   * Runs work within the caller's transaction, each attempt behind a savepoint to which it returns
   * if it fails, so that what the transaction did before is kept. Neither commits nor rolls back.
   *
   * <p>The limits of that: under REPEATABLE READ and SERIALIZABLE the transaction's snapshot may
   * not show the rows that stand in the way, and then the failure reaches the caller, who runs the
   * whole transaction again. What it locked stays locked through the pauses. An advance is not
   * undone if the transaction is rolled back.
   *
   * @param transaction a connection without auto-commit
   * @throws SQLException as the work threw it
   * @throws IllegalStateException if the connection is in auto-commit
   */
  public <T> T within(Connection transaction, SqlWork<T> work) throws SQLException {
    if (transaction.getAutoCommit()) {
      throw new IllegalStateException(
          "A savepoint needs a transaction: call setAutoCommit(false), or use call(work)");
    }
    Attempts attempts = new Attempts(settings);
    Place place = new CallersTransaction(transaction, lookSettings);
    while (true) {
      long began = System.nanoTime();
      Savepoint before = transaction.setSavepoint();
      try {
        T result = work.run(transaction);
        transaction.releaseSavepoint(before);
        return result;
      } catch (SQLException | RuntimeException | Error failure) {
        if (!returns(transaction, before) || !goesOn(attempts, place, failure, began)) {
          throw failure;
        }
      }
    }
  }

  /** A connection that cannot even do that is lost, and the failure says so already. */
  private static boolean returns(Connection transaction, Savepoint before) {
    try {
      transaction.rollback(before);
      transaction.releaseSavepoint(before);
      return true;
    } catch (SQLException lost) {
      return false;
    }
  }

  /**
   * Runs a unit that has transactions of its own, such as a Hibernate session's or a method that
   * Spring makes transactional. It must be the outermost: within a transaction that goes on, a
   * failed one cannot be run again.
   *
   * <p>The session that failed is not known here. Where others advanced the sequence before this
   * looks, an id that it gave cannot always be told from one that the caller gave; then the unit
   * runs once more, and the same key met twice ends it.
   *
   * @return what the unit gave
   * @throws X as the unit threw it
   */
  public <T, X extends Throwable> T around(Unit<T, X> unit) throws X {
    return around(unit, mark -> {});
  }

  /**
   * The same for an application that holds a block of ids, as Hibernate's pooled optimizers do:
   * however far the sequence is advanced, the rest of the block still lies among the rows.
   *
   * @param skip gets the furthest id there is before the unit runs again, and makes the application
   *     go on beyond it; what it throws reaches the caller
   */
  public <T, X extends Throwable> T around(Unit<T, X> unit, LongConsumer skip) throws X {
    Attempts attempts = new Attempts(settings);
    while (true) {
      long began = System.nanoTime();
      try {
        return unit.run();
      } catch (Throwable failure) {
        Optional<Healing.Outcome> outcome = looksInto(attempts, failure, began);
        if (outcome.isEmpty()) {
          throw failure;
        }
        outcome.get().mark().ifPresent(mark -> skip.accept(mark.longValueExact()));
      }
    }
  }

  private Optional<Healing.Outcome> looksInto(Attempts attempts, Throwable failure, long began) {
    try (Lease lease = new Lease(pool, lookSettings)) {
      return looksInto(attempts, lease, failure, began);
    }
  }

  private Optional<Healing.Outcome> looksInto(
      Attempts attempts, Place place, Throwable failure, long began) {
    return Violation.in(failure)
        .filter(attempts::mayGoOn)
        .filter(violation -> attempts.pause())
        .flatMap(violation -> recovery.recover(place, violation, began, attempts.failed()));
  }

  private boolean goesOn(Attempts attempts, Place place, Throwable failure, long began) {
    return looksInto(attempts, place, failure, began).isPresent();
  }

  DataSource pool() {
    return pool;
  }

  LookSettings lookSettings() {
    return lookSettings;
  }
}
