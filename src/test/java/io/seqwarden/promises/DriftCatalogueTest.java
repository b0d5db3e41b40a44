package io.seqwarden.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.drift.Finding;
import io.seqwarden.drift.State;
import io.seqwarden.drift.Warning;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.SweepReport;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.PostgresServers;
import io.seqwarden.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The catalogue of {@code docs/drift.md}, run: each drift with the guard and without. Those that
 * take servers of their own are in {@link DriftOfServersTest}.
 *
 * <p>Cases of one major share a database, emptied between them, since making one takes longer than
 * a case does.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DriftCatalogueTest {

  private static final Path PAGE = Path.of("docs/drift.md");

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

  private final Map<Integer, TestDatabase> databases = new HashMap<>();

  static Stream<Arguments> catalogue() {
    return PostgresServers.majors().stream()
        .flatMap(
            major ->
                DriftCatalogue.ofOneDatabase()
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
      assertInSync(sweeping.sweep());
      DriftChecks checks = new DriftChecks(drift, plain);

      drift.run(session, sweeping);

      Finding finding = checks.guarded(sweeping);
      boolean guardable =
          !finding.sequence().cycles() && finding.verdict().state() != State.UNREADABLE;
      assertThat(finding.guarded()).isEqualTo(guardable);
      if (finding.guarded() && finding.verdict().state() == State.IN_SYNC) {
        checks.guardIsAwake(finding.sequence(), "origin");
        checks.guardIsAwake(finding.sequence(), "replica");
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

      drift.run(session, sweeping);

      new DriftChecks(drift, plain).unguarded(looking, sweeping);
    }
  }

  /** Else it is not the step that makes the drift. */
  private static void assertInSync(SweepReport report) {
    assertThat(report.problems()).isEmpty();
    assertThat(report.events()).isEmpty();
    assertThat(report.findings())
        .extracting(finding -> finding.verdict().state())
        .containsOnly(State.IN_SYNC);
  }

  /** The trigger that a table brings along from its former name runs the other table's function. */
  @Test
  void aTableSwappedWithAnotherIsNotGuarded() throws Exception {
    TestDatabase db = emptied(PostgresServers.newest());
    Drift swap =
        DriftCatalogue.ofOneDatabase()
            .filter(drift -> drift.toString().equals(DriftCatalogue.SWAPPED))
            .findAny()
            .orElseThrow();
    db.execute(swap.given().toArray(String[]::new));
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE);
        Sweeping looking = new Sweeping(db, Mode.OBSERVE, GuardMode.CHECK);
        Connection session = db.connect()) {
      sweeping.sweep();
      assertThat(looking.sweep().findings()).allMatch(Finding::guarded);

      swap.run(session, sweeping);

      assertThat(looking.sweep().findings())
          .hasSize(2)
          .noneMatch(Finding::guarded)
          .allMatch(found -> found.verdict().warnings().contains(Warning.GUARD_MISSING));
    }
  }

  @Test
  void thePageListsTheseCasesAndOutcomes() throws Exception {
    assertThat(Files.readAllLines(PAGE))
        .filteredOn(line -> line.startsWith("## ") || line.startsWith("| "))
        .containsExactlyElementsOf(DriftCatalogue.page());
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
