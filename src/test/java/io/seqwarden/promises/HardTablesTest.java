package io.seqwarden.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.catalog.CatalogSettings;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Reason;
import io.seqwarden.drift.State;
import io.seqwarden.postgres.Timeouts;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.SweepReport;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.PostgresServers;
import io.seqwarden.testing.PrivateServer;
import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Sweeps over tables that are hard to read: each costs at most what the user allowed, says so, and
 * spoils neither the rest of the sweep nor the sessions beside it.
 */
@ExtendWith(PostgresExtension.class)
class HardTablesTest {

  /** What one transaction of a sweep may lock: so many tables, each with a sequence. */
  private static final int TABLES_A_BATCH = 200;

  /** A table has its index and its toast table locked along, a sequence comes with each. */
  private static final int LOCKS_A_TABLE = 4;

  @EveryMajor
  void largeTablesWithoutASuitableIndexAreNotScanned(TestDatabase db) throws Exception {
    db.execute(
        "create table heap (id serial, pad text)",
        "insert into heap select i, repeat('x', 1000) from generate_series(1, 4000) i",
        "create table partial (id serial, gone boolean)",
        "create index on partial (id) where not gone",
        "insert into partial select i, true from generate_series(1, 50000) i",
        "create table ticket (id serial primary key)",
        "insert into ticket values (7)");

    SweepReport report = sweep(db, Duration.ofSeconds(5));

    assertThat(state(report, "heap_id_seq")).isEqualTo("unreadable no_index");
    assertThat(state(report, "partial_id_seq")).isEqualTo("unreadable no_index");
    assertThat(state(report, "ticket_id_seq")).isEqualTo("in_sync");
    assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("7");
    assertThat(db.one("select coalesce(sum(seq_tup_read), 0) from pg_stat_user_tables"))
        .isEqualTo("0");
  }

  /**
   * An old snapshot keeps two million deleted high ids in the index's head, which a maximum has to
   * walk through.
   */
  @Test
  void aBloatedIndexHeadEndsAtTheTimeout(TestDatabase db) throws Exception {
    db.execute(
        "create table bloated (id serial primary key) with (autovacuum_enabled = off)",
        "insert into bloated select generate_series(1, 2000000)",
        "create table ticket (id serial primary key)",
        "insert into ticket values (7)");
    try (Connection old = db.connect();
        Statement statement = old.createStatement()) {
      statement.execute("begin isolation level repeatable read");
      statement.execute("select 1");
      db.execute("delete from bloated where id > 10");

      SweepReport report = sweep(db, Duration.ofMillis(100));

      assertThat(state(report, "bloated_id_seq")).isEqualTo("unreadable timeout");
      assertThat(finding(report, "bloated_id_seq").verdict().reason())
          .hasValueSatisfying(
              reason ->
                  assertThat(reason.message())
                      .contains("within limits.statement-timeout, 100 ms")
                      .contains("VACUUM or REINDEX the table"));
      assertThat(state(report, "ticket_id_seq")).isEqualTo("in_sync");
      statement.execute("rollback");
    }
  }

  /**
   * How many tables, and how many tables of 100 partitions each in one tree. The lock table grows
   * with {@code max_connections}, which are the server's default for the large ones.
   */
  private record Size(int tables, int branches, int connections) {

    /** The large one takes minutes, and is the one that CI runs. */
    static Size configured() {
      return Boolean.getBoolean("seqwarden.test.large")
          ? new Size(20_000, 100, 100)
          : new Size(3_000, 10, 20);
    }
  }

  /** One transaction over all of them would need many times the locks that the server has. */
  @Test
  void moreTablesAndPartitionsThanTheServerHasLocks() throws Exception {
    Size size = Size.configured();
    try (PrivateServer server =
        PrivateServer.start(
            PostgresServers.newest(),
            Map.of(
                "max_connections",
                Integer.toString(size.connections()),
                "max_locks_per_transaction",
                "64"))) {
      server.execute("postgres", "create database app");
      server.execute(
          "app",
          "create table ticket (id serial primary key)",
          """
          do $$ begin
            for i in 1 .. %d loop
              execute format(
                'create table t%%1$s (id integer generated by default as identity primary key)', i);
              if i %% 500 = 0 then commit; end if;
            end loop;
          end $$"""
              .formatted(size.tables()),
          "insert into t2999 values (50)",
          """
          create table measured (id bigint generated by default as identity, at int, \
          primary key (at, id)) partition by range (at)""",
          "create index on measured (id)",
          """
          do $$ begin
            for i in 0 .. %d loop
              execute format(
                'create table m%%1$s partition of measured for values from (%%1$s00) to (%%2$s00)'
                ' partition by list (at)', i, i + 1);
              for j in i * 100 .. i * 100 + 99 loop
                execute format(
                  'create table m%%1$s_%%2$s partition of m%%1$s for values in (%%2$s)', i, j);
              end loop;
              commit;
            end loop;
          end $$"""
              .formatted(size.branches() - 1),
          "insert into measured (id, at) values (77, 999)");

      AtomicBoolean done = new AtomicBoolean();
      ExecutorService threads = Executors.newFixedThreadPool(3);
      try (Sweeping sweeping =
          new Sweeping(
              Sweeping.settings(
                  server.jdbcUrl("app"), TestDatabase.SUPERUSER, Mode.HEAL, GuardMode.OFF))) {
        Future<Integer> inserted = threads.submit(() -> insertUntil(done, server));
        Future<Integer> altered = threads.submit(() -> alterUntil(done, server, size));
        Future<Integer> locks = threads.submit(() -> mostLocksUntil(done, server));

        SweepReport report = sweeping.sweep();
        done.set(true);
        assertThat(report.problems()).isEmpty();
        assertThat(report.findings()).hasSize(size.tables() + 2);
        assertThat(report.findings())
            .allSatisfy(f -> assertThat(f.verdict().state()).isEqualTo(State.IN_SYNC));
        assertThat(report.events())
            .extracting(event -> event.sequence() + " " + event.after().orElseThrow())
            .containsExactlyInAnyOrder("public.t2999_id_seq 50", "public.measured_id_seq 77");
        assertThat(inserted.get()).isPositive();
        assertThat(altered.get()).isPositive();
        assertThat(locks.get()).isBetween(1, TABLES_A_BATCH * LOCKS_A_TABLE);
      } finally {
        done.set(true);
        threads.shutdownNow();
      }
    }
  }

  /** Fails where an insert of the application fails. */
  private static int insertUntil(AtomicBoolean done, PrivateServer server) throws SQLException {
    int count = 0;
    try (Connection connection = server.connect("app");
        Statement statement = connection.createStatement()) {
      while (!done.get()) {
        statement.execute("insert into ticket default values");
        count++;
      }
    }
    return count;
  }

  /** Fails where DDL waits for longer than a batch may take, which is statement-timeout. */
  private static int alterUntil(AtomicBoolean done, PrivateServer server, Size size)
      throws SQLException {
    int count = 0;
    try (Connection connection = server.connect("app");
        Statement statement = connection.createStatement()) {
      statement.execute("set lock_timeout = '5s'");
      while (!done.get()) {
        // A stride that meets every part of the sweep.
        int table = 1 + (int) (count * 997L % size.tables());
        statement.execute("alter table t%d set (fillfactor = 90)".formatted(table));
        count++;
      }
    }
    return count;
  }

  /** The most relations that a session of ours was seen to have locked at one time. */
  private static int mostLocksUntil(AtomicBoolean done, PrivateServer server) throws SQLException {
    int most = 0;
    try (Connection connection = server.connect("app");
        Statement statement = connection.createStatement()) {
      while (!done.get()) {
        try (ResultSet row =
            statement.executeQuery(
                """
                select coalesce(max(held.locks), 0)
                  from (select count(*) as locks
                          from pg_catalog.pg_locks as l
                          join pg_catalog.pg_stat_activity as a using (pid)
                         where a.application_name = 'seqwarden' and l.locktype = 'relation'
                         group by pid) as held""")) {
          row.next();
          most = Math.max(most, row.getInt(1));
        }
      }
    }
    return most;
  }

  private static SweepReport sweep(TestDatabase db, Duration statementTimeout) throws Exception {
    DatabaseSettings base =
        Sweeping.settings(db.jdbcUrl(), TestDatabase.SUPERUSER, Mode.HEAL, GuardMode.OFF);
    CatalogSettings catalog =
        new CatalogSettings(
            List.of("*.*"),
            List.of(),
            List.of(),
            new Timeouts(Duration.ofMillis(200), statementTimeout),
            false,
            128);
    try (Sweeping sweeping =
        new Sweeping(
            new DatabaseSettings(
                base.connection(),
                base.schedule(),
                base.fullEvery(),
                base.mode(),
                base.guard(),
                catalog,
                base.limits(),
                base.events(),
                base.syncExecute()))) {
      return sweeping.sweep();
    }
  }

  private static Finding finding(SweepReport report, String sequence) {
    return report.findings().stream()
        .filter(finding -> finding.sequence().name().name().equals(sequence))
        .findFirst()
        .orElseThrow();
  }

  private static String state(SweepReport report, String sequence) {
    Finding finding = finding(report, sequence);
    String reason =
        finding.verdict().reason().map(Reason::code).map(code -> " " + code.word()).orElse("");
    return finding.verdict().state().word() + reason;
  }
}
