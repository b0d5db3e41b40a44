package io.seqwarden.client;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * One connection of a pool at a time, for work and for the looks into its failures: a pool of one
 * connection suffices, and values that the session has cached are drawn past where they are. Not
 * thread-safe.
 */
final class Lease implements Place, AutoCloseable {

  private static final System.Logger LOG = System.getLogger("io.seqwarden.client");

  private final DataSource pool;
  private final LookSettings settings;
  private Optional<Connection> current = Optional.empty();
  private boolean autoCommitBefore;
  private boolean hasFailed;

  Lease(DataSource pool, LookSettings settings) {
    this.pool = pool;
    this.settings = settings;
  }

  /** The connection, without auto-commit. */
  Connection connection() throws SQLException {
    if (current.isEmpty()) {
      Connection connection = pool.getConnection();
      hasFailed = false;
      current = Optional.of(connection);
      autoCommitBefore = connection.getAutoCommit();
      connection.setAutoCommit(false);
    }
    return current.get();
  }

  /** Work failed in this session. A connection that cannot even roll back is given up. */
  void failed() {
    hasFailed = true;
    rollback();
  }

  private void rollback() {
    try {
      if (current.isPresent()) {
        current.get().rollback();
      }
    } catch (SQLException broken) {
      LOG.log(System.Logger.Level.DEBUG, "A connection broke and is given up", broken);
      close();
    }
  }

  @Override
  public <T> T look(SqlWork<T> look) throws SQLException {
    Connection connection = connection();
    boolean done = false;
    try (Statement statement = connection.createStatement()) {
      // Whatever the session's defaults are: an older snapshot would not show the row that was met.
      statement.execute("set transaction isolation level read committed, read write");
      settings.apply(connection);
      T found = look.run(connection);
      connection.commit();
      done = true;
      return found;
    } finally {
      if (!done) {
        rollback();
      }
    }
  }

  @Override
  public boolean isSessionOfFailure() {
    return current.isPresent() && hasFailed;
  }

  @Override
  public boolean renew() {
    return current.isEmpty();
  }

  /** Gives the connection back as it was. What fails here fails no work: that is done or not. */
  @Override
  public void close() {
    Optional<Connection> last = current;
    current = Optional.empty();
    if (last.isEmpty()) {
      return;
    }
    try (Connection connection = last.get()) {
      if (!connection.isClosed()) {
        connection.setAutoCommit(autoCommitBefore);
      }
    } catch (SQLException broken) {
      LOG.log(System.Logger.Level.DEBUG, "A connection broke when it was given back", broken);
    }
  }
}
