package io.seqwarden.client;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.seqwarden.testing.TestDatabase;
import java.lang.reflect.Proxy;
import java.sql.DriverManager;
import javax.sql.DataSource;

/** Pools as applications have them. */
final class Pool {

  private Pool() {}

  /** None at all: each time a new connection, as the superuser, which the caller closes. */
  static DataSource none(String url) {
    return (DataSource)
        Proxy.newProxyInstance(
            Pool.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) ->
                DriverManager.getConnection(url, TestDatabase.SUPERUSER, ""));
  }

  /** A pool of the superuser. The caller closes it. */
  static HikariDataSource of(TestDatabase db, int size) {
    return of(db.jdbcUrl(), TestDatabase.SUPERUSER, size);
  }

  static HikariDataSource of(String url, String user, int size) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setMaximumPoolSize(size);
    config.addDataSourceProperty("ApplicationName", "test");
    config.setMinimumIdle(0);
    config.setConnectionTimeout(30_000);
    return new HikariDataSource(config);
  }
}
