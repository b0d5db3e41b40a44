package io.seqwarden.postgres;

import java.sql.SQLException;

/**
 * A database by those of its connections that nobody else would miss; see {@link
 * WarmConnections#chooseSpare}. It only reads. Thread-safe.
 */
final class SpareDatabase implements Database {

  private final PooledDatabase database;
  private final WarmConnections warm;

  SpareDatabase(PooledDatabase database, WarmConnections warm) {
    this.database = database;
    this.warm = warm;
  }

  @Override
  public String name() {
    return database.name();
  }

  @Override
  public <T> T read(Timeouts timeouts, Work<T> work) throws SQLException {
    return read(timeouts, WorkingSet.NONE, work);
  }

  @Override
  public <T> T read(Timeouts timeouts, WorkingSet set, Work<T> work) throws SQLException {
    return database.read(() -> warm.chooseSpare(set), timeouts, work);
  }

  @Override
  public <T> T ask(Timeouts timeouts, Question<T> question) throws SQLException {
    return ask(timeouts, WorkingSet.NONE, question);
  }

  @Override
  public <T> T ask(Timeouts timeouts, WorkingSet set, Question<T> question) throws SQLException {
    return database.ask(() -> warm.chooseSpare(set), timeouts, question);
  }

  @Override
  public <T> T write(Timeouts timeouts, Work<T> work) throws SQLException {
    throw new UnsupportedOperationException("what is to spare only reads");
  }

  @Override
  public void close() {
    // The pool is the database's own.
  }
}
