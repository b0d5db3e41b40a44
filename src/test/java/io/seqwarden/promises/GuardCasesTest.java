package io.seqwarden.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.SweepReport;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.TestDatabase;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.postgresql.PGConnection;

/**
 * The guard's table of cases: every {@link InsertKind} by every sort of inserter. None fails, and
 * each leaves the sequence past the id, or refused with an event.
 */
class GuardCasesTest {

  private static final String POLICY =
      "create policy own_rows on %s to %s using (true) with check (title <> 'hidden')";

  /** One of our inserters at work. */
  @FunctionalInterface
  private interface Inserter {
    void run(InsertKind kind) throws SQLException, java.io.IOException;
  }

  private static void guard(TestDatabase db) throws Exception {
    for (InsertKind kind : InsertKind.on(db.major())) {
      db.execute(kind.create().toArray(String[]::new));
    }
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE)) {
      assertThat(sweeping.sweep().problems()).isEmpty();
    }
  }

  /** A role that may insert, and update where ON CONFLICT does; that may do nothing else. */
  private static String inserter(TestDatabase db) throws SQLException {
    String role = db.createRole("inserter");
    db.execute("grant select, insert, update on all tables in schema public to " + role);
    return role;
  }

  private static void run(Connection connection, InsertKind kind)
      throws SQLException, java.io.IOException {
    if (kind == InsertKind.COPY) {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn(kind.statement(), new StringReader(InsertKind.COPIED));
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(kind.statement());
    }
  }

  private static void assertAllAreFollowed(TestDatabase db, Inserter inserter) {
    assertAllAreFollowed(db, inserter, kind -> true);
  }

  /** Compares the whole table of outcomes at once, so that a failure shows all that deviate. */
  private static void assertAllAreFollowed(
      TestDatabase db, Inserter inserter, Predicate<InsertKind> among) {
    Map<InsertKind, String> expected = new TreeMap<>();
    Map<InsertKind, String> actual = new TreeMap<>();
    for (InsertKind kind : InsertKind.on(db.major())) {
      if (among.test(kind)) {
        expected.put(kind, kind.outcome());
        actual.put(kind, outcome(db, inserter, kind));
      }
    }
    assertThat(actual).isEqualTo(expected);
  }

  private static String outcome(TestDatabase db, Inserter inserter, InsertKind kind) {
    try {
      inserter.run(kind);
      String next =
          db.one("insert into %s (title) values ('next') returning id".formatted(kind.table()));
      String events =
          db.one(
              """
              select coalesce(string_agg(
                       before || '>' || after || ' ' || mark || coalesce(' ' || reason, ''), ', '
                       order by id), '')
                from seqwarden.event
               where sequence = 'public.%s_id_seq' and source = 'guard'
              """
                  .formatted(kind.table()));
      return next + " [" + events + "]";
    } catch (SQLException | java.io.IOException failure) {
      return failure.toString();
    }
  }

  @EveryMajor(ends = true)
  void aRoleWithNothingButTheTable(TestDatabase db) throws Exception {
    guard(db);
    String role = inserter(db);

    try (Connection connection = db.connectAs(role)) {
      assertAllAreFollowed(db, kind -> run(connection, kind));
    }
    assertThat(
            db.one(
                "select has_schema_privilege('%s', 'seqwarden', 'usage')::text || has_sequence_privilege('%1$s', 'one_row_id_seq', 'select, usage, update')"
                    .formatted(role)))
        .isEqualTo("falsefalse");
  }

  @EveryMajor(ends = true)
  void aRoleThatMayUseSchemaSeqwardenButNoSequence(TestDatabase db) throws Exception {
    guard(db);
    String role = inserter(db);
    db.execute("grant usage on schema seqwarden to " + role);

    try (Connection connection = db.connectAs(role)) {
      assertAllAreFollowed(db, kind -> run(connection, kind));
    }
  }

  @EveryMajor(ends = true)
  void aRoleUnderRowLevelSecurity(TestDatabase db) throws Exception {
    guard(db);
    String role = inserter(db);
    for (List<?> table :
        db.rows(
            "select relname from pg_class where relname !~ 'seqwarden' and relkind in ('r', 'p') and relnamespace = 'public'::regnamespace")) {
      db.execute(
          "alter table %s enable row level security".formatted(table.get(0)),
          "alter table %s force row level security".formatted(table.get(0)),
          POLICY.formatted(table.get(0), role));
    }

    // PostgreSQL has no COPY FROM into a table under row-level security.
    try (Connection connection = db.connectAs(role)) {
      assertAllAreFollowed(db, kind -> run(connection, kind), kind -> kind != InsertKind.COPY);
    }
  }

  @EveryMajor(ends = true)
  void aSuperuser(TestDatabase db) throws Exception {
    guard(db);

    try (Connection connection = db.connect()) {
      assertAllAreFollowed(db, kind -> run(connection, kind));
    }
  }

  @EveryMajor(ends = true)
  void aFunctionWithAnEmptySearchPath(TestDatabase db) throws Exception {
    guard(db);
    String role = inserter(db);
    db.execute(
        "create function run(statement text) returns void language plpgsql set search_path = ''"
            + " as 'begin execute statement; end'");

    try (Connection connection = db.connectAs(role)) {
      assertAllAreFollowed(
          db, kind -> runInFunction(connection, kind), kind -> kind != InsertKind.COPY);
    }
  }

  @EveryMajor(ends = true)
  void aFunctionOfADefinerWithAHostileSearchPath(TestDatabase db) throws Exception {
    guard(db);
    String role = inserter(db);
    HostileObjects.create(db, role);
    db.execute(
        "create function run(statement text) returns void language plpgsql security definer"
            + " set search_path = evil, public, pg_catalog as 'begin execute statement; end'",
        "alter function run(text) owner to " + role);

    try (Connection connection = db.connectAs(role)) {
      assertAllAreFollowed(
          db, kind -> runInFunction(connection, kind), kind -> kind != InsertKind.COPY);
    }
    assertThat(HostileObjects.calls(db)).isZero();
  }

  /** COPY FROM STDIN is the one kind that PL/pgSQL cannot run. */
  private static void runInFunction(Connection connection, InsertKind kind) throws SQLException {
    try (PreparedStatement call = connection.prepareStatement("select public.run(?)")) {
      call.setString(1, kind.statement());
      call.execute();
    }
  }

  @EveryMajor(ends = true)
  void aSessionWithHostileObjectsEarlierOnItsPath(TestDatabase db) throws Exception {
    guard(db);
    String role = inserter(db);
    HostileObjects.create(db, role);

    try (Connection connection = db.connectAs(role);
        Statement statement = connection.createStatement()) {
      HostileObjects.createTemporary(statement);
      statement.execute("set search_path = pg_temp, evil, pg_catalog");
      assertAllAreFollowed(db, kind -> run(connection, kind));
      assertThat(HostileObjects.calls(db)).isZero();
      assertThatThrownBy(() -> statement.execute("select 1::bigint <= 2::bigint"))
          .hasMessageContaining("a hostile object ran");
    }
  }

  @EveryMajor(ends = true)
  void aClientOfPgBouncerInTransactionMode(TestDatabase db) throws Exception {
    guard(db);
    String role = inserter(db);

    try (PgBouncer bouncer = PgBouncer.start(db, role);
        Connection connection =
            DriverManager.getConnection(bouncer.jdbcUrl() + "?prepareThreshold=0&user=" + role)) {
      assertAllAreFollowed(db, kind -> run(connection, kind));
    }
  }

  @EveryMajor(ends = true)
  void theDaemonBehindPgBouncerInstallsAndHeals(TestDatabase db) throws Exception {
    for (InsertKind kind : InsertKind.on(db.major())) {
      db.execute(kind.create().toArray(String[]::new));
    }
    db.execute("insert into one_row values (1285, 'imported')");

    try (PgBouncer bouncer = PgBouncer.start(db, TestDatabase.SUPERUSER);
        Sweeping sweeping =
            new Sweeping(
                Sweeping.settings(
                    bouncer.jdbcUrl(), TestDatabase.SUPERUSER, Mode.HEAL, GuardMode.ENSURE))) {
      SweepReport report = sweeping.sweep();

      assertThat(report.problems()).isEmpty();
      assertThat(report.outcome()).isEqualTo(SweepReport.Outcome.OK);
      assertThat(report.findings()).allMatch(finding -> finding.guarded());
      assertThat(report.events()).hasSize(1);
    }
    assertThat(db.one("insert into one_row (title) values ('next') returning id"))
        .isEqualTo("1286");
    try (Connection connection = db.connect()) {
      assertAllAreFollowed(db, kind -> run(connection, kind), kind -> kind != InsertKind.ONE_ROW);
    }
  }

  /**
   * Guards that are wrong would be found out: what an unguarded table does under the same table.
   */
  @EveryMajor(ends = true)
  void withoutGuardsTheSameTableFails(TestDatabase db) throws Exception {
    guard(db);
    List<String> followed = new ArrayList<>();
    try (Connection connection = db.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("set seqwarden.guard = off");
      for (InsertKind kind : InsertKind.on(db.major())) {
        if (outcome(db, k -> run(connection, k), kind).equals(kind.outcome())) {
          followed.add(kind.name());
        }
      }
    }

    assertThat(followed).containsExactly("UPDATE_OF_OTHERS", "DEFAULTS");
  }
}
