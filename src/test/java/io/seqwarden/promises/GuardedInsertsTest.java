package io.seqwarden.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.seqwarden.drift.Warning;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.SweepReport;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Circumstances in which a guard could make a legal insert fail or wait, and must not. */
@ExtendWith(PostgresExtension.class)
class GuardedInsertsTest {

  private static final String TICKET = "create table ticket (id bigserial primary key, title text)";
  private static final String NEXT = "insert into ticket (title) values ('next') returning id";

  /** Bounded by the guard's lock-timeout, 200 ms, and not by the number of rows. */
  private static final Duration ONE_WAIT_AND_SLACK = Duration.ofMillis(2_500);

  private static final int MANY = 50;

  private static void guard(TestDatabase db, String... tables) throws Exception {
    db.execute(tables);
    sweep(db);
  }

  private static SweepReport sweep(TestDatabase db) throws Exception {
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE)) {
      SweepReport report = sweeping.sweep();
      assertThat(report.problems()).isEmpty();
      return report;
    }
  }

  /** A session that holds the sequence as an open migration does. */
  private static Connection altering(TestDatabase db) throws SQLException {
    return holding(db, "alter sequence ticket_id_seq cache 1");
  }

  private static Connection holding(TestDatabase db, String sql) throws SQLException {
    Connection connection = db.connect();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    return connection;
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  @EveryMajor
  void aStatementTimeoutShorterThanTheGuardsWait(TestDatabase db) throws Exception {
    guard(db, TICKET);

    try (Connection migration = altering(db);
        Connection application = db.connect();
        Statement statement = application.createStatement()) {
      statement.execute("set statement_timeout = '120ms'");
      statement.execute("insert into ticket values (50, 'x')");
      migration.rollback();
    }

    assertThat(db.one("select count(*) from ticket where id = 50")).isEqualTo("1");
  }

  /** The timeout ran out in the first of them; the others come after it and are in no hurry. */
  @EveryMajor
  void aStatementTimeoutShorterThanTheWaitOfManyGuardsInOneStatement(TestDatabase db)
      throws Exception {
    guard(db, TICKET);

    try (Connection migration = altering(db);
        Connection application = db.connect();
        Statement statement = application.createStatement()) {
      statement.execute("set session_replication_role = replica");
      statement.execute("set statement_timeout = '150ms'");
      statement.execute("insert into ticket select 50 + i, 'x' from generate_series(1, 20) i");
      migration.rollback();
    }

    assertThat(db.one("select count(*) from ticket")).isEqualTo("20");
  }

  /** A timeout that was passed over in a guard still ends what goes on for long by itself. */
  @EveryMajor
  void aStatementThatGoesOnByItselfStillEndsAtItsTimeout(TestDatabase db) throws Exception {
    guard(db, TICKET);

    try (Connection migration = altering(db);
        Connection application = db.connect();
        Statement statement = application.createStatement()) {
      statement.execute("set statement_timeout = '50ms'");

      assertThatThrownBy(
              () ->
                  statement.execute(
                      """
                      do $$ begin
                        insert into ticket values (50, 'x');
                        perform pg_sleep(0.2);
                        insert into ticket values (51, 'x');
                      end $$"""))
          .hasMessageContaining("canceling statement due to statement timeout");
      migration.rollback();
    }

    assertThat(db.one("select count(*) from ticket")).isEqualTo("0");
  }

  @Test
  void aCancelMeantForTheInsertStillCancelsIt(TestDatabase db) throws Exception {
    guard(db, TICKET);
    db.execute(
        "do $$ begin execute (select string_agg(format('alter function %s set lock_timeout = ''60s''', oid::regprocedure), ';') from pg_proc where proname ~ '^guard_'); end $$");

    try (Connection migration = altering(db);
        Connection application = db.connect();
        Statement statement = application.createStatement()) {
      int pid = Integer.parseInt(one(application, "select pg_backend_pid()"));
      statement.execute("set statement_timeout = '1h'");
      CompletableFuture<Void> insert =
          CompletableFuture.runAsync(
              () -> {
                try {
                  statement.execute("insert into ticket values (50, 'x')");
                } catch (SQLException e) {
                  throw new IllegalStateException(e.getSQLState());
                }
              });
      await()
          .until(
              () ->
                  db.one("select wait_event_type = 'Lock' from pg_stat_activity where pid = " + pid)
                      .equals("t"));
      db.execute("select pg_cancel_backend(" + pid + ")");

      assertThatThrownBy(insert::join).hasMessageContaining("57014");
      migration.rollback();
    }
  }

  @EveryMajor
  void aLockedSequenceHoldsUpATransactionOnceAndNotWithEveryStatement(TestDatabase db)
      throws Exception {
    guard(db, TICKET);
    long started = System.nanoTime();

    try (Connection migration = altering(db);
        Connection application = db.connect();
        Statement statement = application.createStatement()) {
      application.setAutoCommit(false);
      for (int i = 0; i < MANY; i++) {
        statement.execute("insert into ticket values (50 + %d, 'x')".formatted(i));
      }
      application.commit();
      migration.rollback();
    }

    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(ONE_WAIT_AND_SLACK);
    assertThat(db.one("select count(*) from ticket")).isEqualTo(Integer.toString(MANY));
    db.execute("insert into ticket values (200, 'the next transaction is guarded again')");
    assertThat(db.one(NEXT)).isEqualTo("201");
  }

  @EveryMajor
  void aLockedSequenceHoldsUpReplicationApplyOnceAndNotWithEveryRow(TestDatabase db)
      throws Exception {
    guard(db, TICKET);
    long started = System.nanoTime();

    try (Connection migration = altering(db)) {
      applyRows(db);
      migration.rollback();
    }

    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(ONE_WAIT_AND_SLACK);
    assertThat(db.one("select count(*) from ticket")).isEqualTo(Integer.toString(MANY));
  }

  @EveryMajor
  void aLockedEventTableHoldsUpReplicationApplyOnceAndNotWithEveryRow(TestDatabase db)
      throws Exception {
    guard(db, TICKET);
    long started = System.nanoTime();

    try (Connection maintenance = holding(db, "lock table seqwarden.event")) {
      applyRows(db);
      maintenance.rollback();
    }

    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(ONE_WAIT_AND_SLACK);
    assertThat(db.one("select count(*) from ticket")).isEqualTo(Integer.toString(MANY));
  }

  private static void applyRows(TestDatabase db) throws SQLException {
    try (Connection connection = db.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("set local session_replication_role = replica");
      for (int i = 0; i < MANY; i++) {
        statement.execute("insert into ticket values (50 + %d, 'x')".formatted(i));
      }
      connection.commit();
    }
  }

  @EveryMajor
  void aPreparedTransaction(TestDatabase db) throws Exception {
    guard(db, TICKET);

    db.execute(
        "begin; insert into ticket values (300000, 'x'); prepare transaction '%s'"
            .formatted(db.name()));
    assertThat(db.one(NEXT)).isEqualTo("300001");
    db.execute("commit prepared '%s'".formatted(db.name()));

    assertThat(db.one("select after from seqwarden.event")).isEqualTo("300000");
  }

  @EveryMajor
  void savepointsThatAreRolledBack(TestDatabase db) throws Exception {
    guard(db, TICKET);

    db.execute(
        """
        begin;
        savepoint one;
        insert into ticket values (50, 'x');
        rollback to one;
        insert into ticket values (60, 'x');
        savepoint two;
        insert into ticket values (60, 'x') on conflict do nothing;
        release two;
        commit
        """);

    assertThat(db.one(NEXT)).isEqualTo("61");
    assertThat(db.one("select string_agg(before || '>' || after, ' ') from seqwarden.event"))
        .isEqualTo("50>60");
  }

  @EveryMajor
  void columnsNamedLikeTheGuardsOwnVariables(TestDatabase db) throws Exception {
    guard(
        db,
        "create table odd (bound serial primary key, furthest int, within int, n int, id int,"
            + " \"new\" int, sequence int, seqwarden_inserted int)");

    db.execute("insert into odd (bound) values (50), (2147483647)");

    assertThat(db.one("insert into odd default values returning bound")).isEqualTo("51");
    assertThat(
            db.one(
                "select string_agg(after || coalesce(reason, ''), ' ' order by id) from"
                    + " seqwarden.event"))
        .isEqualTo("50 50outlier");
  }

  @EveryMajor
  void settingsThatChangeWhatSqlMeans(TestDatabase db) throws Exception {
    guard(db, TICKET);

    try (Connection connection = db.connect();
        Statement statement = connection.createStatement()) {
      for (String setting :
          List.of(
              "standard_conforming_strings = off",
              "escape_string_warning = off",
              "quote_all_identifiers = on",
              "transform_null_equals = on",
              "array_nulls = off",
              "check_function_bodies = off",
              "row_security = off",
              "plpgsql.extra_errors = 'all'",
              "plpgsql.variable_conflict = 'use_column'",
              "default_transaction_isolation = 'serializable'",
              "default_transaction_deferrable = on",
              "constraint_exclusion = on",
              "lock_timeout = '1ms'",
              "plan_cache_mode = 'force_generic_plan'",
              "force_parallel")) {
        if (!setting.equals("force_parallel")) {
          statement.execute("set " + setting);
        } else {
          statement.execute(
              db.major() < 16 ? "set force_parallel_mode = on" : "set debug_parallel_query = on");
        }
      }
      statement.execute("insert into ticket values (300000, 'x')");
    }

    assertThat(db.one(NEXT)).isEqualTo("300001");
    assertThat(db.one("select after from seqwarden.event")).isEqualTo("300000");
  }

  @EveryMajor
  void ordersGivenByARoleThatWasSetAndByADefiner(TestDatabase db) throws Exception {
    guard(db, TICKET);
    String group = db.createRole("writers");
    String member = db.createRole("member");
    db.execute(
        "grant %s to %s".formatted(group, member),
        "grant insert on ticket to " + group,
        "create function file(id bigint) returns void language sql security definer"
            + " as 'insert into public.ticket values (id, ''x'')'",
        "alter function file owner to " + group);

    try (Connection connection = db.connectAs(member);
        Statement statement = connection.createStatement()) {
      statement.execute("select file(70)");
      statement.execute("set role " + group);
      statement.execute("insert into ticket values (80, 'x')");
    }

    assertThat(
            db.one(
                "select string_agg(after || ' ' || \"session_user\" || ' ' || role, ', ' order by"
                    + " id) from seqwarden.event"))
        .isEqualTo("70 %1$s none, 80 %1$s %2$s".formatted(member, group));
  }

  /** Where PostgreSQL restricts what a function may do: REFRESH, and ANALYZE of an index. */
  @EveryMajor
  void securityRestrictedOperations(TestDatabase db) throws Exception {
    guard(
        db,
        TICKET,
        "create function file(id bigint) returns bigint language plpgsql as 'begin insert into"
            + " public.ticket values (id, ''x''); return id; end'",
        "create materialized view filed as select public.file(50) as id with no data",
        "create function pure(id bigint) returns bigint language plpgsql immutable as 'begin if"
            + " current_setting(''test.files'', true) = ''on'' then perform"
            + " public.file(id + 1000); end if; return id; end'",
        "create table log (line bigint)",
        "create index on log (public.pure(line))",
        "insert into log values (1)");

    db.execute("refresh materialized view filed");
    assertThat(db.one(NEXT)).isEqualTo("51");
    db.execute("set test.files = on; analyze log");
    assertThat(db.one(NEXT)).isEqualTo("1002");
  }

  @EveryMajor
  void preparedStatementsOverAnUninstallAndAnInstall(TestDatabase db) throws Exception {
    guard(db, TICKET);

    try (Connection connection = db.connect();
        PreparedStatement insert =
            connection.prepareStatement("insert into ticket values (?, 'x')")) {
      for (int round = 0; round < 3; round++) {
        for (int i = 1; i <= 7; i++) {
          insert.setLong(1, round * 100 + i * 10);
          insert.execute();
        }
        assertThat(db.one("select last_value from ticket_id_seq"))
            .isEqualTo(Integer.toString(round == 1 ? 70 : round * 100 + 70));
        if (round == 0) {
          db.execute("drop schema seqwarden cascade");
        } else {
          sweep(db);
          db.execute("select setval('ticket_id_seq', 1)");
        }
      }
    }
  }

  /** What the guard draws comes last: here the event's own id. */
  @EveryMajor
  void returningAndCurrvalAreTheApplicationsOwnAndLastvalIsNot(TestDatabase db) throws Exception {
    guard(db, TICKET, "create table other (id serial primary key)");

    try (Connection connection = db.connect()) {
      one(connection, "insert into other default values returning id");
      assertThat(one(connection, "insert into other default values returning id")).isEqualTo("2");
      assertThat(one(connection, "insert into ticket values (50, 'x') returning id"))
          .isEqualTo("50");
      assertThat(one(connection, "select currval('other_id_seq') || ' ' || lastval()"))
          .isEqualTo("2 1");
    }
  }

  @EveryMajor
  void numbersThatAreNone(TestDatabase db) throws Exception {
    guard(db, "create sequence s", "create table n (id numeric default nextval('s') primary key)");

    db.execute("insert into n values (50.5), ('NaN')");
    if (db.major() >= 14) {
      db.execute("insert into n values ('Infinity'), ('-Infinity')");
    }

    assertThat(db.one("insert into n default values returning id")).isEqualTo("51");
  }

  @EveryMajor
  void deferredConstraintsAndRules(TestDatabase db) throws Exception {
    guard(
        db,
        "create table owner (id int primary key)",
        "create table pet (id serial primary key, owner int references owner deferrable initially"
            + " deferred, unique (owner) deferrable)",
        "create table copied (id int)",
        "create rule copies as on insert to pet do also insert into copied values (new.id)");

    db.execute("begin; insert into pet values (50, 7); insert into owner values (7); commit");

    assertThat(db.one("insert into pet (owner) values (null) returning id")).isEqualTo("51");
  }

  @EveryMajor
  void copyFreezeAndUnloggedTables(TestDatabase db) throws Exception {
    guard(db, TICKET);

    try (Connection connection = db.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("truncate ticket");
      connection
          .unwrap(org.postgresql.PGConnection.class)
          .getCopyAPI()
          .copyIn("copy ticket from stdin (freeze)", new java.io.StringReader("50\tx\n"));
      connection.commit();
    }
    assertThat(db.one(NEXT)).isEqualTo("51");
    db.execute("alter table ticket set unlogged", "insert into ticket values (60, 'x')");
    assertThat(db.one(NEXT)).isEqualTo("61");
  }

  /** The event is the only row that the guard writes, and the daemon the only one that reads it. */
  @EveryMajor
  void serializableTransactionsAreNotFailedByWhatTheDaemonReads(TestDatabase db) throws Exception {
    db.execute(
        "alter database %s set default_transaction_isolation = 'serializable'"
            .formatted(db.name()));
    guard(db, TICKET);

    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE);
        Connection one = db.connect();
        Connection other = db.connect()) {
      one.setAutoCommit(false);
      other.setAutoCommit(false);
      // The read-only anomaly: without a reader in between the two can be put into an order.
      one(one, "select count(*) from ticket");
      one(one, "insert into ticket values (50, 'x') returning id");
      one(other, "insert into ticket values (60, 'x') returning id");
      other.commit();
      assertThat(sweeping.sweep().problems()).isEmpty();
      one.commit();
    }

    assertThat(db.one(NEXT)).isEqualTo("61");
  }

  @EveryMajor
  void aPartitionThatIsAForeignTable(TestDatabase db) throws Exception {
    db.execute(
        "create extension postgres_fdw",
        "create server self foreign data wrapper postgres_fdw options (host '127.0.0.1', port '%d', dbname '%s')"
            .formatted(db.port(), db.name()),
        "create user mapping for public server self options (user 'postgres')",
        "create table log (id bigserial, day int) partition by list (day)",
        "create table log_1 (id bigint, day int)",
        "create foreign table log_far partition of log for values in (1) server self options"
            + " (table_name 'log_1')",
        "create table log_2 partition of log for values in (2)",
        "create index on log_2 (id)");
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE)) {
      SweepReport report = sweeping.sweep();

      assertThat(report.problems())
          .singleElement()
          .asString()
          .startsWith("public.log has no guard, since some of its partitions are foreign tables");
      assertThat(report.findings().get(0).verdict().warnings()).contains(Warning.GUARD_MISSING);
      db.execute("insert into log values (50, 1), (51, 2)");
      assertThat(db.one("select is_called from log_id_seq")).isEqualTo("f");
      sweeping.syncTable("public.log", false);
      assertThat(db.one("select last_value from log_id_seq")).isEqualTo("51");
    }
    db.execute("insert into log_2 values (60, 2)");
    assertThat(db.one("insert into log (day) values (1) returning id")).isEqualTo("61");
  }

  /** A sweep is what ends this: until then inserts into the foreign partition fail. */
  @EveryMajor
  void aForeignTableThatIsAttachedToAGuardedTable(TestDatabase db) throws Exception {
    guard(
        db,
        "create extension postgres_fdw",
        "create server self foreign data wrapper postgres_fdw options (host '127.0.0.1', port '%d', dbname '%s')"
            .formatted(db.port(), db.name()),
        "create user mapping for public server self options (user 'postgres')",
        "create table log (id bigserial, day int) partition by list (day)",
        "create table log_1 (id bigint, day int)");
    db.execute(
        "create foreign table log_far partition of log for values in (1) server self options"
            + " (table_name 'log_1')");
    assertThatThrownBy(() -> db.execute("insert into log (day) values (1)"))
        .hasMessageContaining("cannot collect transition tuples from child foreign tables");

    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE)) {
      sweeping.sweep();
    }

    db.execute("insert into log (day) values (1)");
  }

  /**
   * PostgreSQL keeps the rows of a statement for the guard, in a file where they are many, also
   * while the trigger is disabled. Without the trigger it does not, and the next sweep puts it
   * back.
   */
  @EveryMajor
  void aLimitOnTemporaryFilesCountsTheRowsThatTheGuardIsShown(TestDatabase db) throws Exception {
    guard(db, TICKET);
    String settings = "set temp_file_limit = '1MB'; set work_mem = '64kB'; ";
    String load = "insert into ticket select generate_series(1, 100000), repeat('x', 100); ";
    assertThatThrownBy(() -> db.execute(settings + load))
        .hasMessageContaining("temporary file size exceeds");
    assertThatThrownBy(
            () -> db.execute(settings + "alter table ticket disable trigger all; " + load))
        .hasMessageContaining("temporary file size exceeds");

    db.execute(settings + "drop trigger seqwarden_guard on ticket; " + load);
    sweep(db);

    db.execute("insert into ticket values (200000, 'x')");
    assertThat(db.one(NEXT)).isEqualTo("200001");
  }
}
