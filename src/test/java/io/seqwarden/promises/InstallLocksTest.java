package io.seqwarden.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.catalog.CatalogSettings;
import io.seqwarden.postgres.Timeouts;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Guards are installed while others hold the tables: for how long did any statement of an
 * application wait behind us? At most twice lock-timeout, and the guard comes once they are gone.
 */
@ExtendWith(PostgresExtension.class)
class InstallLocksTest {

  private static final Duration LOCK_TIMEOUT = Duration.ofMillis(500);
  private static final Duration BOUND = LOCK_TIMEOUT.multipliedBy(2);
  private static final String TICKET = "create table ticket (id bigserial primary key, title text)";
  private static final String INSERT = "insert into ticket (title) values ('x')";
  private static final String SELECT = "select max(id) from ticket";

  /** An advisory lock that holds up whoever computes the index expression and asks to be. */
  private static final String STICKY =
      """
      create function sticky(id bigint) returns bigint language plpgsql immutable as $$
      begin
        if current_setting('test.sticks', true) = 'on' then
          perform pg_advisory_xact_lock_shared(4711);
        end if;
        return id;
      end $$""";

  private static Sweeping sweeping(TestDatabase db) {
    DatabaseSettings settings =
        Sweeping.settings(db.jdbcUrl(), TestDatabase.SUPERUSER, Mode.HEAL, GuardMode.ENSURE);
    CatalogSettings catalog =
        new CatalogSettings(
            settings.catalog().include(),
            settings.catalog().exclude(),
            settings.catalog().explicit(),
            new Timeouts(LOCK_TIMEOUT, Duration.ofSeconds(5)),
            settings.catalog().scanUnindexed(),
            settings.catalog().unindexedMaxPages());
    return new Sweeping(
        new DatabaseSettings(
            settings.connection(),
            settings.schedule(),
            settings.fullEvery(),
            settings.mode(),
            settings.guard(),
            catalog,
            settings.limits(),
            settings.events(),
            settings.syncExecute()));
  }

  private static Connection holding(TestDatabase db, String sql) throws SQLException {
    Connection connection = db.connect();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    return connection;
  }

  private static CompletableFuture<Void> running(TestDatabase db, String... sql) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            db.execute(sql);
          } catch (SQLException e) {
            throw new CompletionException(e);
          }
        });
  }

  private static void awaitLockWait(TestDatabase db, String query) {
    await()
        .until(
            () ->
                db.one(
                        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and"
                            + " pid <> pg_backend_pid() and query like '%s%%'".formatted(query))
                    .equals("1"));
  }

  private static boolean guarded(Sweeping sweeping) throws Exception {
    return sweeping.sweep().findings().stream().allMatch(finding -> finding.guarded());
  }

  /** The guard is refused, and each wait behind us ends in time. */
  private static void assertRefusedInTime(
      Sweeping sweeping, Application application, TestReporter reporter) throws Exception {
    assertThat(guarded(sweeping)).isFalse();
    assertThat(sweeping.reports.get(sweeping.reports.size() - 1).problems())
        .anyMatch(problem -> problem.contains("Another session holds its lock"));
    reporter.publishEntry(
        "longest wait behind seqwarden", application.longestBehindSeqwarden().toString());
    assertThat(application.longestBehindSeqwarden()).isLessThan(BOUND);
    assertThat(application.failures()).isEmpty();
  }

  private static void assertGuardedInTheEnd(Sweeping sweeping, Application application) {
    await().atMost(Duration.ofSeconds(60)).until(() -> guarded(sweeping));
    application.awaitProgress();
    assertThat(application.longestBehindSeqwarden()).isLessThan(BOUND);
    assertThat(application.failures()).isEmpty();
  }

  @Test
  void whileATransactionHoldsARowLock(TestDatabase db, TestReporter reporter) throws Exception {
    db.execute(TICKET);
    try (Sweeping sweeping = sweeping(db);
        Application application = new Application(db, INSERT, INSERT, SELECT)) {
      try (Connection blocker = holding(db, INSERT)) {
        Duration baseline = application.baseline();
        assertRefusedInTime(sweeping, application, reporter);
        application.awaitProgress();
        reporter.publishEntry("slowest statement", application.slowest() + ", before " + baseline);
        assertThat(application.slowest()).isLessThan(BOUND.plus(baseline));
        blocker.rollback();
      }
      assertGuardedInTheEnd(sweeping, application);
    }
  }

  @Test
  void whileAnotherWaitsForAccessExclusive(TestDatabase db, TestReporter reporter)
      throws Exception {
    db.execute(TICKET);
    try (Sweeping sweeping = sweeping(db);
        Application application = new Application(db, INSERT, INSERT, SELECT)) {
      CompletableFuture<Void> migration;
      try (Connection blocker = holding(db, INSERT)) {
        migration = running(db, "alter table ticket alter title set default ''");
        awaitLockWait(db, "alter table ticket");
        assertThat(guarded(sweeping)).isFalse();
        reporter.publishEntry(
            "longest wait behind seqwarden", application.longestBehindSeqwarden().toString());
        blocker.rollback();
      }
      migration.get();
      assertGuardedInTheEnd(sweeping, application);
    }
  }

  @Test
  void duringAVacuum(TestDatabase db, TestReporter reporter) throws Exception {
    db.execute(TICKET, STICKY, "create index on ticket (sticky(id))", INSERT);
    during("vacuum (analyze) ticket", db, reporter);
  }

  @Test
  void duringACreateIndexConcurrently(TestDatabase db, TestReporter reporter) throws Exception {
    db.execute(TICKET, STICKY, INSERT);
    during("create index concurrently on ticket (sticky(id))", db, reporter);
  }

  /** Writers wait for this one anyway; what counts is what we add. */
  @Test
  void duringACreateIndex(TestDatabase db, TestReporter reporter) throws Exception {
    db.execute(TICKET, STICKY, INSERT);
    during("create index on ticket (sticky(id))", db, reporter);
  }

  private static void during(String maintenance, TestDatabase db, TestReporter reporter)
      throws Exception {
    db.execute("alter database %s set test.sticks = off".formatted(db.name()));
    try (Sweeping sweeping = sweeping(db);
        Application application = new Application(db, INSERT, INSERT, SELECT)) {
      application.baseline();
      CompletableFuture<Void> maintaining;
      try (Connection key = holding(db, "select pg_advisory_xact_lock(4711)")) {
        maintaining = running(db, "set test.sticks = on", maintenance);
        awaitLockWait(db, maintenance.substring(0, 12));
        assertRefusedInTime(sweeping, application, reporter);
        key.rollback();
      }
      maintaining.get();
      assertGuardedInTheEnd(sweeping, application);
    }
  }

  /** A statement on all partitions would sit out a wait for each, one after the other. */
  @Test
  void onATableWithFiftyPartitionsThatAreAllHeld(TestDatabase db, TestReporter reporter)
      throws Exception {
    db.execute(
        "create table log (id bigserial, part int) partition by list (part)",
        "create index on log (id)",
        "select format('create table log_%s partition of log for values in (%1$s)', i) from"
            + " generate_series(1, 50) i",
        "do $$ begin for i in 1 .. 50 loop execute format('create table log_%s partition of log"
            + " for values in (%1$s)', i); end loop; end $$");
    String all = "insert into log (part) select generate_series(1, 50)";
    try (Sweeping sweeping = sweeping(db);
        Application application =
            new Application(
                db,
                all,
                "update log set part = part where id < 0",
                "insert into log (part) values (7)",
                "select count(*) from log where id < 0")) {
      try (Connection blocker = holding(db, all)) {
        Duration baseline = application.baseline();
        assertRefusedInTime(sweeping, application, reporter);
        application.awaitProgress();
        reporter.publishEntry("slowest statement", application.slowest() + ", before " + baseline);
        assertThat(application.slowest()).isLessThan(BOUND.plus(baseline));
        blocker.rollback();
      }
      assertGuardedInTheEnd(sweeping, application);
    }
    assertThat(db.one("select count(*) from pg_trigger where tgname ~ '^seqwarden'"))
        .isEqualTo("101");
  }
}
