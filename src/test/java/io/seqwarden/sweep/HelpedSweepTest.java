package io.seqwarden.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.testing.ManyTables;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sweeps of so many tables that a second connection reads some of them. */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
final class HelpedSweepTest {

  private static final String SESSIONS =
      "select count(*) from pg_stat_activity"
          + " where application_name = 'seqwarden' and datname = current_database()";

  private static final int TABLES = 610;

  @BeforeEach
  void manyTables(TestDatabase db) throws SQLException {
    db.execute(ManyTables.create(TABLES, "insert into t%1$s default values"));
  }

  private static DatabaseSettings settings(TestDatabase db, int connections) {
    return Sweeping.withConnections(
        Sweeping.settings(db.jdbcUrl(), TestDatabase.SUPERUSER, Mode.HEAL, GuardMode.OFF),
        connections);
  }

  @Test
  void twoConnectionsReadWhereTheyMay(TestDatabase db) throws Exception {
    try (Sweeping sweeping = new Sweeping(settings(db, 2))) {
      // Where the machine stands still, one may be done before the other has begun.
      await()
          .atMost(60, TimeUnit.SECONDS)
          .until(
              () ->
                  sweeping.sweep().outcome() == SweepReport.Outcome.OK
                      && "2".equals(db.one(SESSIONS)));
    }
  }

  @Test
  void oneConnectionReadsAlone(TestDatabase db) throws Exception {
    try (Sweeping sweeping = new Sweeping(settings(db, 1))) {
      SweepReport report = sweeping.sweep();

      assertThat(report.outcome()).isEqualTo(SweepReport.Outcome.OK);
      assertThat(report.findings()).hasSize(TABLES);
      assertThat(db.one(SESSIONS)).isEqualTo("1");
    }
  }

  @Test
  void syncsBesideSweepsAreAnsweredAndNoSweepFails(TestDatabase db) throws Exception {
    try (Sweeping sweeping = new Sweeping(settings(db, 2))) {
      CompletableFuture<List<SweepReport>> sweeps =
          CompletableFuture.supplyAsync(
              () -> {
                List<SweepReport> reports = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                  try {
                    reports.add(sweeping.sweep());
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                }
                return reports;
              });
      List<DatabaseWatch.SyncResult> syncs = new ArrayList<>();
      while (!sweeps.isDone()) {
        syncs.add(sweeping.syncTable("public.t9", false));
      }

      assertThat(sweeps.get())
          .hasSize(20)
          .allSatisfy(
              report -> {
                assertThat(report.outcome()).isEqualTo(SweepReport.Outcome.OK);
                assertThat(report.findings()).hasSize(TABLES);
              });
      assertThat(syncs).isNotEmpty().hasOnlyElementsOfType(DatabaseWatch.SyncResult.Judged.class);
    }
  }
}
