package io.seqwarden.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Reason;
import io.seqwarden.drift.Sequence;
import io.seqwarden.drift.State;
import io.seqwarden.drift.Verdict;
import io.seqwarden.drift.Warning;
import io.seqwarden.promises.Drift.Outcome;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.SweepReport;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.PostgresServers;
import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The catalogue of {@code docs/drift.md}, run: each drift with the guard and without.
 *
 * <p>Cases of one major share a database, emptied between them, since making one takes longer than
 * a case does.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DriftCatalogueTest {

  private static final String EMPTY =
      """
      do $$
      declare
        name text;
      begin
        for name in select nspname from pg_namespace
                     where nspname !~ '^pg_' and nspname <> 'information_schema' loop
          execute format('drop schema %I cascade', name);
        end loop;
        create schema public;
      end
      $$
      """;

  private static final String EVENTS =
      """
      select coalesce(string_agg(concat_ws(': ', source, reason), ', ' order by id), '')
        from seqwarden.event
      """;

  private final Map<Integer, TestDatabase> databases = new HashMap<>();

  static Stream<Arguments> catalogue() {
    return PostgresServers.majors().stream()
        .flatMap(
            major ->
                DriftCatalogue.all()
                    .filter(drift -> drift.since() <= major)
                    .map(drift -> Arguments.of(drift, major)));
  }

  @ParameterizedTest(name = "{0} on PostgreSQL {1}")
  @MethodSource("catalogue")
  void withTheGuard(Drift drift, int major) throws Exception {
    TestDatabase db = emptied(major);
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE);
        Connection session = db.connect();
        Connection plain = db.connect()) {
      Drift.execute(plain, drift.given());
      assertThat(sweeping.sweep().problems()).isEmpty();

      drift.run(session, sweeping);

      Drift.Expected expected = drift.guarded();
      if (expected.outcome() == Outcome.HEALED) {
        assertStillDrifted(plain, drift);
      } else {
        assertThat(insert(plain, drift)).as("before any sweep").isEqualTo(expected.next());
      }
      SweepReport report = sweeping.sweep();
      assertThat(report.problems()).isEmpty();
      assertThat(said(drift, report)).isEqualTo(drift.seenAtLast());
      assertThat(one(plain, EVENTS)).isEqualTo(String.join(", ", expected.events()));
      if (expected.outcome() == Outcome.HEALED) {
        assertThat(insert(plain, drift)).as("once swept").isEqualTo(expected.next());
      }
      Finding finding = finding(drift, report);
      assertThat(finding.guarded()).isEqualTo(!finding.sequence().cycles());
      if (finding.guarded() && finding.verdict().state() == State.IN_SYNC) {
        assertGuardIsAwake(plain, drift, finding.sequence(), "origin");
        assertGuardIsAwake(plain, drift, finding.sequence(), "replica");
      }
    }
  }

  @ParameterizedTest(name = "{0} on PostgreSQL {1}")
  @MethodSource("catalogue")
  void withoutTheGuard(Drift drift, int major) throws Exception {
    TestDatabase db = emptied(major);
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.OFF);
        Sweeping looking = new Sweeping(db, Mode.OBSERVE, GuardMode.OFF);
        Connection session = db.connect();
        Connection plain = db.connect()) {
      Drift.execute(plain, drift.given());
      sweeping.sweep();

      drift.run(session, sweeping);

      assertThat(said(drift, looking.sweep())).isEqualTo(drift.seen());
      Drift.Expected expected = drift.unguarded();
      if (expected.outcome() == Outcome.HEALED) {
        assertStillDrifted(plain, drift);
      }
      SweepReport report = sweeping.sweep();
      assertThat(report.problems()).isEmpty();
      assertThat(said(drift, report)).isEqualTo(drift.seenAtLast());
      assertThat(sweeping.events)
          .extracting(DriftCatalogueTest::told)
          .isEqualTo(expected.events());
      assertThat(insert(plain, drift)).as("once swept").isEqualTo(expected.next());
    }
  }

  private static void assertStillDrifted(Connection plain, Drift drift) throws SQLException {
    if (!drift.meanwhile().isEmpty()) {
      assertThat(insert(plain, drift)).as("until the next sweep").isEqualTo(drift.meanwhile());
    }
  }

  /** An id that the sequence would have given next is inserted, and the sequence passes it. */
  private static void assertGuardIsAwake(
      Connection plain, Drift drift, Sequence sequence, String replicationRole)
      throws SQLException {
    String position =
        "select last_value + case when is_called then %d else 0 end from %s"
            .formatted(sequence.increment(), sequence.name().quoted());
    long next = Long.parseLong(one(plain, position));
    Drift.execute(
        plain,
        List.of(
            "set session_replication_role = " + replicationRole,
            drift.explicit(next),
            "reset session_replication_role"));
    assertThat(insert(plain, drift))
        .as("after another id, with session_replication_role = " + replicationRole)
        .isEqualTo(Long.toString(next + sequence.increment()));
  }

  /** What a default insert gets: the id, or the SQLSTATE that it fails with. */
  private static String insert(Connection plain, Drift drift) {
    try {
      return one(plain, drift.insert());
    } catch (SQLException failure) {
      return String.valueOf(failure.getSQLState());
    }
  }

  private static String one(Connection session, String sql) throws SQLException {
    try (Statement statement = session.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static Finding finding(Drift drift, SweepReport report) {
    return report.findings().stream()
        .filter(
            finding ->
                finding.sequence().columns().stream()
                    .anyMatch(column -> column.table().quoted().equals(drift.table())))
        .findFirst()
        .orElseThrow(() -> new AssertionError(drift.table() + " is not in " + report));
  }

  /** State: reason; warnings. */
  private static String said(Drift drift, SweepReport report) {
    Verdict verdict = finding(drift, report).verdict();
    String warnings =
        verdict.warnings().stream().map(Warning::word).collect(Collectors.joining(", "));
    return verdict.state().word()
        + verdict.reason().map(Reason::code).map(code -> ": " + code.word()).orElse("")
        + (warnings.isEmpty() ? "" : "; " + warnings);
  }

  private static String told(Event event) {
    return event.source().word()
        + event.refusal().map(code -> ": " + code.word()).orElse("");
  }

  private TestDatabase emptied(int major) throws SQLException {
    TestDatabase db = databases.get(major);
    if (db == null) {
      db = TestDatabase.create(major, "drift");
      databases.put(major, db);
    }
    db.execute(EMPTY);
    return db;
  }

  @AfterAll
  void dropDatabases() throws SQLException {
    for (TestDatabase db : databases.values()) {
      db.close();
    }
  }
}
