package io.seqwarden.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.seqwarden.catalog.ObservationProgress;
import io.seqwarden.drift.Event;
import io.seqwarden.postgres.Databases;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.testing.ManyTables;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Backends that the daemon keeps are given up before they hold more than 64 MB. */
@ExtendWith(PostgresExtension.class)
final class BackendMemoryTest {

  private static final long MOST_KB = 64 * 1024;

  /** A backend that were kept for all of them would hold 105 MB after one sweep. */
  private static final int TABLES = Boolean.getBoolean("seqwarden.test.large") ? 9_000 : 5_500;

  /** Looks at our backends after every chunk of a sweep. Used by one thread at a time. */
  private static final class Backends implements ObservationProgress {
    private final Connection connection;

    /** The most private memory of each, in kB. */
    private final Map<Long, Long> most = new HashMap<>();

    Backends(Connection connection) {
      this.connection = connection;
    }

    @Override
    public synchronized void observed(int done, int total) {
      try (Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "select pid from pg_catalog.pg_stat_activity where application_name = 'seqwarden'"
                      + " and datname = pg_catalog.current_database()")) {
        while (row.next()) {
          most.merge(row.getLong(1), privateKilobytes(row.getLong(1)), Math::max);
        }
      } catch (SQLException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static Path status(long pid) {
    return Path.of("/proc", Long.toString(pid), "status");
  }

  /** 0 for a process that ended meanwhile. */
  private static long privateKilobytes(long pid) {
    try {
      return Files.readAllLines(status(pid)).stream()
          .filter(line -> line.startsWith("RssAnon:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    } catch (IOException gone) {
      if (Files.exists(status(pid))) {
        throw new UncheckedIOException(gone);
      }
      return 0;
    }
  }

  private static Map<Long, Long> sweep(TestDatabase db, int tables, int times) throws Exception {
    DatabaseSettings settings =
        Sweeping.settings(db.jdbcUrl(), TestDatabase.SUPERUSER, Mode.OBSERVE, GuardMode.OFF);
    try (Connection connection = db.connect();
        Databases databases = new Databases(4)) {
      Backends backends = new Backends(connection);
      try (Sweeps sweeps =
          new Sweeps(
              List.of(settings),
              databases::open,
              4,
              Sweeping.NOBODY,
              Clock.systemUTC(),
              backends)) {
        DatabaseWatch app = sweeps.database("app").orElseThrow();
        for (int i = 0; i < times; i++) {
          SweepReport report =
              app.sweep(Event.Source.SWEEP).toCompletableFuture().get(120, TimeUnit.SECONDS);
          assertThat(report.outcome()).isEqualTo(SweepReport.Outcome.OK);
          assertThat(report.findings()).hasSize(tables);
          backends.observed(tables, tables);
        }
      }
      return backends.most;
    }
  }

  @Test
  void noBackendHoldsMoreThan64MegabytesHoweverManyTablesThereAre(TestDatabase db)
      throws Exception {
    assumeThat(status(ProcessHandle.current().pid())).as("/proc, which tells memory").exists();
    db.execute(ManyTables.create(TABLES));

    Map<Long, Long> most = sweep(db, TABLES, 3);

    assertThat(most.values()).isNotEmpty().allMatch(kilobytes -> kilobytes < MOST_KB);
    assertThat(most.values()).as("none is given up long before").anyMatch(one -> one > MOST_KB / 2);
  }

  /** One alone would be given up and begin cold in each sweep, at several times the cost. */
  @Test
  void whatTheBackendsOfAPoolCanHoldTogetherIsKept(TestDatabase db) throws Exception {
    db.execute(ManyTables.create(4_000));

    assertThat(sweep(db, 4_000, 4)).as("backends that were ever seen").hasSize(2);
  }

  @Test
  void theBackendOfASmallDatabaseIsKept(TestDatabase db) throws Exception {
    db.execute(ManyTables.create(300));

    assertThat(sweep(db, 300, 20)).hasSize(1);
  }
}
