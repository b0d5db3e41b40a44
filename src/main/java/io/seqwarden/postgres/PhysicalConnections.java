package io.seqwarden.postgres;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.jdbc.PreferQueryMode;

/**
 * Opens the connections of one pool within the budget. Thread-safe. Its exceptions show no
 * password.
 */
final class PhysicalConnections implements DataSource {

  private static final String APPLICATION_NAME = "seqwarden";

  /** For each host of the URL. */
  private static final int CONNECT_TIMEOUT_S = 3;

  private final ConnectionSettings settings;
  private final ConnectionBudget.Share share;
  private final Duration patience;
  private final Driver driver = new Driver();

  PhysicalConnections(
      ConnectionSettings settings, ConnectionBudget.Share share, Duration patience) {
    this.settings = settings;
    this.share = share;
    this.patience = patience;
  }

  @Override
  public Connection getConnection() throws SQLException {
    ConnectionBudget.Permit permit = share.acquire(patience);
    boolean opened = false;
    try {
      Connection connection = open();
      opened = true;
      permit.opened();
      return pooled(connection, permit);
    } finally {
      if (!opened) {
        permit.release();
      }
    }
  }

  private Connection open() throws SQLException {
    try {
      Connection connection = driver.connect(url(), properties());
      if (connection == null) {
        throw new SQLException(
            "databases.%s.url is no PostgreSQL URL: it has to begin with jdbc:postgresql:"
                .formatted(settings.name()),
            "08001");
      }
      return connection;
    } catch (SQLException e) {
      throw Passwords.scrub(e);
    }
  }

  /** The URL's own parameters win over properties, and among them the last one wins. */
  private String url() {
    String url = settings.url();
    return url
        + (url.contains("?") ? "&" : "?")
        + PGProperty.APPLICATION_NAME.getName()
        + "="
        + APPLICATION_NAME;
  }

  /** What holds unless the URL says otherwise. */
  private Properties properties() {
    Properties properties = new Properties();
    settings.user().ifPresent(user -> PGProperty.USER.set(properties, user));
    settings
        .password()
        .ifPresent(password -> PGProperty.PASSWORD.set(properties, password.reveal()));
    PGProperty.CONNECT_TIMEOUT.set(properties, CONNECT_TIMEOUT_S);
    // Until the first transaction sets its own; see PooledDatabase.
    PGProperty.SOCKET_TIMEOUT.set(properties, 10);
    PGProperty.TCP_KEEP_ALIVE.set(properties, true);
    PGProperty.SOCKET_FACTORY.set(properties, LingeringSockets.class.getName());
    // No named statements: a pooler in transaction mode would not know them the next time.
    PGProperty.PREPARE_THRESHOLD.set(properties, 0);
    // A text without parameters travels as one message, however many statements it has: for what is
    // asked most that halves the server's time.
    PGProperty.PREFER_QUERY_MODE.set(properties, PreferQueryMode.EXTENDED_FOR_PREPARED.value());
    return properties;
  }

  /**
   * Gives the permit back when the pool closes or aborts the connection, and tells the isolation
   * level without asking the server. HikariCP asks once a pool, for what it has to put back; where
   * that connection breaks while it asks, it takes -1 for the level from then on, sets every later
   * connection to that, fails, and never opens one again. Nothing here changes the level. Unwraps
   * to the account of its backend's memory.
   */
  private static Connection pooled(Connection connection, ConnectionBudget.Permit permit) {
    BackendMemory memory = new BackendMemory();
    InvocationHandler handler =
        new InvocationHandler() {
          @Override
          public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
              throws Throwable {
            if (method.getName().equals("getTransactionIsolation")) {
              return Connection.TRANSACTION_READ_COMMITTED;
            }
            if (arguments != null && arguments.length == 1 && arguments[0] == BackendMemory.class) {
              return method.getName().equals("unwrap") ? memory : true;
            }
            try {
              return method.invoke(connection, arguments);
            } catch (InvocationTargetException e) {
              throw e.getCause() == null ? e : e.getCause();
            } finally {
              if (method.getName().equals("close") || method.getName().equals("abort")) {
                permit.release();
              }
            }
          }
        };
    return (Connection)
        Proxy.newProxyInstance(
            PhysicalConnections.class.getClassLoader(), new Class<?>[] {Connection.class}, handler);
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("The settings alone say who connects");
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) {
    // The driver logs through java.util.logging.
  }

  @Override
  public void setLoginTimeout(int seconds) {
    // A login timeout costs a thread a connection; connectTimeout and socketTimeout bound it.
  }

  /** How long the pool waits at its end for a connection that is being opened. */
  @Override
  public int getLoginTimeout() {
    return CONNECT_TIMEOUT_S;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("Wraps nothing");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
