package io.seqwarden.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A database behind a small HikariCP pool. Thread-safe; made by {@link Databases#open}.
 *
 * <p>A transaction takes two round trips besides its work's own: its settings, sent along with
 * BEGIN, and COMMIT. A question takes one in all. Work that a standby cancels with 40001 because it
 * stood in the way of replay is run a second time; nothing else is.
 */
public final class PooledDatabase implements Database {

  private static final Logger LOG = LoggerFactory.getLogger(PooledDatabase.class);

  /** What a serializable transaction reads can make the application's fail with 40001. */
  private static final String ISOLATION = "isolation level read committed";

  private static final SqlTemplate SETTINGS =
      SqlTemplate.brief(PooledDatabase.class, "transaction_settings.sql");

  /** For work: the driver sends BEGIN along. */
  private static final String BEGIN = "set transaction " + ISOLATION + ";\n";

  /** For a question, as one text with it. */
  private static final String BEGIN_QUESTION = "begin " + ISOLATION + " read only;\n";

  private static final int BEGIN_STATEMENTS = 2;

  /** Of a question's statements, those that read more than the server's own state, at most. */
  private static final int QUESTION_STATEMENTS = 2;

  /** How long a caller waits for a connection, new or returned. */
  static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(5);

  /** How much longer than the server the client waits for an answer. */
  private static final Duration NETWORK_MARGIN = Duration.ofSeconds(10);

  /** How long a transaction may do nothing, garbage collection included. */
  private static final Duration IDLE_IN_TRANSACTION = Duration.ofSeconds(30);

  /** Kept over sweeps, whose relation cache is what makes the next one fast. */
  private static final Duration IDLE = Duration.ofMinutes(10);

  /** Now and then a backend starts afresh, however little it holds; see also BackendMemory. */
  private static final Duration LIFETIME = Duration.ofMinutes(30);

  private final ConnectionSettings settings;
  private final ConnectionBudget budget;
  private final ConnectionBudget.Share share;
  private final HikariDataSource pool;
  private final WarmConnections warm;
  private final boolean socketTimeoutIsOurs;

  PooledDatabase(
      ConnectionSettings settings, ConnectionBudget budget, ScheduledExecutorService housekeeping) {
    this.settings = settings;
    this.budget = budget;
    this.share = budget.join();
    HikariConfig configuration = configuration(settings, budget, share);
    configuration.setScheduledExecutor(housekeeping);
    this.pool = new HikariDataSource(configuration);
    this.share.belongsTo(pool);
    this.warm = new WarmConnections(pool, share);
    this.socketTimeoutIsOurs = !settings.url().contains("socketTimeout=");
  }

  private static HikariConfig configuration(
      ConnectionSettings settings, ConnectionBudget budget, ConnectionBudget.Share share) {
    HikariConfig configuration = new HikariConfig();
    configuration.setPoolName("seqwarden-" + settings.name());
    configuration.setThreadFactory(new PoolThreads("seqwarden-" + settings.name() + "-pool-"));
    configuration.setDataSource(new PhysicalConnections(settings, share, CONNECTION_TIMEOUT));
    configuration.setMinimumIdle(0);
    configuration.setMaximumPoolSize(size(settings, budget));
    configuration.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
    configuration.setValidationTimeout(CONNECTION_TIMEOUT.dividedBy(2).toMillis());
    configuration.setIdleTimeout(IDLE.toMillis());
    configuration.setMaxLifetime(LIFETIME.toMillis());
    // A server that is down now is no reason not to start.
    configuration.setInitializationFailTimeout(-1);
    return configuration;
  }

  private static int size(ConnectionSettings settings, ConnectionBudget budget) {
    return Math.min(settings.connections(), budget.total());
  }

  /** The budget is another one. */
  void fit() {
    pool.getHikariConfigMXBean().setMaximumPoolSize(size(settings, budget));
  }

  @Override
  public String name() {
    return settings.name();
  }

  /** The pool, for its metrics. */
  public HikariDataSource pool() {
    return pool;
  }

  @Override
  public <T> T read(Timeouts timeouts, Work<T> work) throws SQLException {
    return read(pool::getConnection, timeouts, work);
  }

  @Override
  public <T> T read(Timeouts timeouts, WorkingSet set, Work<T> work) throws SQLException {
    return read(() -> warm.choose(set), timeouts, work);
  }

  @Override
  public <T> T ask(Timeouts timeouts, Question<T> question) throws SQLException {
    return ask(pool::getConnection, timeouts, question);
  }

  @Override
  public <T> T ask(Timeouts timeouts, WorkingSet set, Question<T> question) throws SQLException {
    return ask(() -> warm.choose(set), timeouts, question);
  }

  @Override
  public Optional<Database> spare() {
    warm.openSecond();
    return warm.isSpare() ? Optional.of(new SpareDatabase(this, warm)) : Optional.empty();
  }

  /** Reads by a connection of {@code connections}. */
  <T> T read(Connections connections, Timeouts timeouts, Work<T> work) throws SQLException {
    return reading(connections, connection -> run(connection, timeouts, work, true));
  }

  /** Asks by a connection of {@code connections}. */
  <T> T ask(Connections connections, Timeouts timeouts, Question<T> question) throws SQLException {
    return reading(connections, connection -> ask(connection, timeouts, question));
  }

  private <T> T reading(Connections connections, Work<T> transaction) throws SQLException {
    try {
      return transaction(connections, transaction);
    } catch (SQLException e) {
      if (!SqlState.SERIALIZATION_FAILURE.is(e)) {
        throw e;
      }
      LOG.debug("{}: replay on the standby cancelled a read, which is tried again", name(), e);
      return transaction(connections, transaction);
    }
  }

  @Override
  public <T> T write(Timeouts timeouts, Work<T> work) throws SQLException {
    return transaction(pool::getConnection, connection -> run(connection, timeouts, work, false));
  }

  /** Where a transaction's connection comes from. */
  @FunctionalInterface
  interface Connections {
    Connection next() throws SQLException;
  }

  /** Does {@code work}, which is a whole transaction. */
  private <T> T transaction(Connections connections, Work<T> work) throws SQLException {
    Connection used = next(connections);
    boolean full = false;
    try (Connection connection = used) {
      T result = work.run(connection);
      full = isFull(connection);
      return result;
    } finally {
      // Only once it is back in the pool: evicting a connection in use makes its close() fail.
      if (full) {
        pool.evictConnection(used);
      }
      share.used();
    }
  }

  /** Whether the connection's backend holds so much memory that another one has to go on. */
  private boolean isFull(Connection connection) {
    try {
      BackendMemory memory = BackendMemory.of(connection);
      memory.look(connection);
      return memory.isFull();
    } catch (SQLException e) {
      // The work is done and committed; a connection that is lost now is seen by the next one.
      LOG.debug("{}: the backend's memory could not be looked at", name(), e);
      return true;
    }
  }

  private <T> T run(Connection connection, Timeouts timeouts, Work<T> work, boolean readOnly)
      throws SQLException {
    boolean committed = false;
    try {
      patience(connection, timeouts, 1);
      connection.setReadOnly(readOnly);
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute(BEGIN + settings(timeouts));
      }
      T result = work.run(connection);
      connection.commit();
      committed = true;
      return result;
    } finally {
      // Whatever was thrown, a defect in the work included.
      if (!committed) {
        rollBack(connection);
      }
    }
  }

  private <T> T ask(Connection connection, Timeouts timeouts, Question<T> question)
      throws SQLException {
    boolean committed = false;
    try {
      patience(connection, timeouts, QUESTION_STATEMENTS);
      String asked =
          BEGIN_QUESTION + settings(timeouts) + ";\n" + question.text(connection) + ";\ncommit";
      try (Statement statement = connection.createStatement()) {
        statement.setEscapeProcessing(false);
        statement.execute(asked);
        committed = true;
        for (int i = 0; i < BEGIN_STATEMENTS; i++) {
          statement.getMoreResults();
        }
        return question.answer(statement);
      }
    } finally {
      if (!committed) {
        rollBack(connection);
      }
    }
  }

  /** Until the next answer, to so many statements that may take all the time they have. */
  private void patience(Connection connection, Timeouts timeouts, int statements)
      throws SQLException {
    if (socketTimeoutIsOurs) {
      Duration longest = timeouts.statement().multipliedBy(statements).plus(NETWORK_MARGIN);
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(longest.toMillis()));
    }
  }

  private static String settings(Timeouts timeouts) {
    return SETTINGS.fill(
        Map.of(
            "lock_ms", milliseconds(timeouts.lock()),
            "statement_ms", milliseconds(timeouts.statement()),
            "idle_ms", milliseconds(IDLE_IN_TRANSACTION)));
  }

  /** At least 1, since 0 would mean no bound at all. */
  private static String milliseconds(Duration duration) {
    return Long.toString(Math.max(1, duration.toMillis()));
  }

  private void rollBack(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      if (connection.getAutoCommit()) {
        statement.execute("rollback");
      } else {
        connection.rollback();
      }
    } catch (SQLException e) {
      // What made us roll back is what the caller hears of.
      LOG.debug("{}: a connection is given up because it cannot roll back", name(), e);
      giveUp(connection);
    }
  }

  /** The pool drops an aborted connection when it comes back. */
  private void giveUp(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      LOG.debug("{}: it was closed already", name(), e);
    }
  }

  private Connection next(Connections connections) throws SQLException {
    try {
      return connections.next();
    } catch (SQLTransientConnectionException e) {
      throw unreachable(e);
    }
  }

  /** Says what the pool's message only has as its cause. */
  private SQLException unreachable(SQLTransientConnectionException failure) {
    if (failure.getCause() instanceof SQLException cause) {
      String state = cause.getSQLState();
      return new SQLException(
          "Database %s was not reached: %s".formatted(name(), cause.getMessage()),
          state == null ? "08001" : state,
          cause);
    }
    return new SQLException(
        ("Database %s was not reached: none of its %d connections (databases.%s.connections) came"
                + " free or could be opened within %d s.")
            .formatted(name(), pool.getMaximumPoolSize(), name(), CONNECTION_TIMEOUT.toSeconds()),
        SqlState.TOO_MANY_CONNECTIONS.code(),
        failure);
  }

  @Override
  public void close() {
    share.leave();
    pool.close();
  }

  /** Names the pool's threads; they never keep the JVM alive. */
  private static final class PoolThreads implements ThreadFactory {
    private final String prefix;
    private final AtomicInteger next = new AtomicInteger(1);

    private PoolThreads(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public Thread newThread(Runnable task) {
      Thread thread = new Thread(task, prefix + next.getAndIncrement());
      thread.setDaemon(true);
      return thread;
    }
  }
}
