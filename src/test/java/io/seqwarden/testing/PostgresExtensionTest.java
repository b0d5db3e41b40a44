package io.seqwarden.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresExtensionTest {

  private final List<TestDatabase> given = new ArrayList<>();

  @BeforeEach
  void remember(TestDatabase database) {
    given.add(database);
  }

  @AfterAll
  void everyDatabaseIsDroppedAfterItsTest() throws SQLException {
    assertThat(given).extracting(TestDatabase::name).doesNotHaveDuplicates();
    for (TestDatabase database : given) {
      assertThat(countOutside(database, "pg_database where datname = '%s'", database.name()))
          .isZero();
    }
  }

  @EveryMajor
  void givesADatabaseOfEachMajor(TestDatabase database, TestReporter reporter) throws SQLException {
    String version = database.one("select pg_catalog.version()");

    reporter.publishEntry("version", version);
    assertThat(version).startsWith("PostgreSQL %d.".formatted(database.major()));
  }

  @Test
  void givesAPlainTestTheNewestMajor(TestDatabase database) {
    assertThat(database.major()).isEqualTo(PostgresServers.newest());
  }

  @Test
  void givesSetUpAndTestTheSameDatabase(TestDatabase database) {
    assertThat(given.get(given.size() - 1)).isSameAs(database);
  }

  @Test
  void setsUpAServerForReplicationAndPreparedTransactions(TestDatabase database)
      throws SQLException {
    assertThat(
            database.rows(
                """
                select name, setting from pg_catalog.pg_settings
                 where name in ('fsync', 'max_connections', 'max_locks_per_transaction',
                                'max_prepared_transactions', 'track_functions', 'wal_level')
                 order by name
                """))
        .containsExactly(
            List.of("fsync", "off"),
            List.of("max_connections", "200"),
            List.of("max_locks_per_transaction", "64"),
            List.of("max_prepared_transactions", "10"),
            List.of("track_functions", "all"),
            List.of("wal_level", "logical"));
  }

  @EveryMajor
  void dropsARoleWithWhatItOwns(TestDatabase ignored) throws SQLException {
    TestDatabase database = TestDatabase.create(ignored.major(), "roles");
    String role = database.createRole("reader");
    database.execute("create schema own authorization " + role);
    try (Connection connection = database.connectAs(role);
        Statement statement = connection.createStatement()) {
      statement.execute("create table own.kept (id int)");
    }

    database.close();

    assertThat(countOutside(ignored, "pg_roles where rolname = '%s'", role)).isZero();
  }

  @Test
  void failsATestThatLeavesASessionOfOursOpen(TestDatabase ignored) throws SQLException {
    TestDatabase database = TestDatabase.create(ignored.major(), "session");

    try (Connection leak =
        DriverManager.getConnection(
            database.jdbcUrl() + "?user=postgres&ApplicationName=seqwarden")) {
      assertThat(leak.isValid(1)).isTrue();
      assertThatThrownBy(database::close)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("a session of seqwarden");
    }
    assertThat(countOutside(ignored, "pg_database where datname = '%s'", database.name())).isZero();
  }

  @Test
  void failsATestThatKeepsAnAdvisoryLock(TestDatabase ignored) throws SQLException {
    TestDatabase database = TestDatabase.create(ignored.major(), "lock");

    try (Connection leak = database.connect();
        Statement statement = leak.createStatement()) {
      statement.execute("select pg_catalog.pg_advisory_lock(42)");
      assertThatThrownBy(database::close)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("an advisory lock")
          .hasMessageContaining("0/42");
    }
  }

  /** Counts rows from a session outside the database, which may be gone. */
  private static int countOutside(TestDatabase database, String from, String name)
      throws SQLException {
    try (Connection connection = PostgresServers.server(database.major()).connect();
        Statement statement = connection.createStatement();
        var result =
            statement.executeQuery(
                "select pg_catalog.count(*) from pg_catalog." + from.formatted(name))) {
      result.next();
      return result.getInt(1);
    }
  }
}
