package io.seqwarden.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * One watched database: short transactions over a small pool. Thread-safe.
 *
 * <p>Every transaction starts with the bounds of {@link Timeouts}, {@code search_path =
 * pg_catalog}, and {@code row_security = off} (which turns hidden rows into an error), all local to
 * it, so that it also works through PgBouncer in transaction mode. Sessions say {@code
 * application_name = seqwarden}.
 */
public interface Database extends AutoCloseable {

  /** The database's name in the configuration. */
  String name();

  /**
   * Runs {@code work} in one read-only transaction; nothing can be written in it.
   *
   * @throws SQLException what the server or the driver said; the transaction is rolled back
   */
  <T> T read(Timeouts timeouts, Work<T> work) throws SQLException;

  /**
   * The same, by a backend that read {@code set} before where there is one.
   *
   * @throws SQLException what the server or the driver said; the transaction is rolled back
   */
  <T> T read(Timeouts timeouts, WorkingSet set, Work<T> work) throws SQLException;

  /**
   * Asks {@code question} in a read-only transaction of its own, all of it in one round trip.
   *
   * @throws SQLException what the server or the driver said; the transaction is rolled back
   */
  <T> T ask(Timeouts timeouts, Question<T> question) throws SQLException;

  /**
   * The same, of a backend that read {@code set} before where there is one.
   *
   * @throws SQLException what the server or the driver said; the transaction is rolled back
   */
  <T> T ask(Timeouts timeouts, WorkingSet set, Question<T> question) throws SQLException;

  /**
   * Runs {@code work} in one transaction that may write.
   *
   * @throws SQLException what the server or the driver said; the transaction is rolled back
   */
  <T> T write(Timeouts timeouts, Work<T> work) throws SQLException;

  /**
   * The same database for work beside other work of it, by connections that nobody waits for and
   * whose backends it does not overfill. Where that is not to be had a transaction fails with 53300
   * at once.
   *
   * @return empty while no second connection is open; one may be on its way then
   */
  default Optional<Database> spare() {
    return Optional.of(this);
  }

  /** Closes the pool; running work ends with an error. */
  @Override
  void close();

  /** What is done in a transaction. */
  @FunctionalInterface
  interface Work<T> {
    /** Does it; must neither commit, roll back nor close. */
    T run(Connection connection) throws SQLException;
  }
}
