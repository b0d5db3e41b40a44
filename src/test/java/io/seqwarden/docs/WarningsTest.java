package io.seqwarden.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.catalog.CatalogSettings;
import io.seqwarden.catalog.ObservationProgress;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Limits;
import io.seqwarden.drift.Reason;
import io.seqwarden.drift.State;
import io.seqwarden.drift.Warning;
import io.seqwarden.postgres.ConnectionSettings;
import io.seqwarden.postgres.Databases;
import io.seqwarden.postgres.Timeouts;
import io.seqwarden.repair.EventSettings;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.Schedule;
import io.seqwarden.sweep.SweepListener;
import io.seqwarden.sweep.SweepReport;
import io.seqwarden.sweep.Sweeps;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/warnings.md}: complete, and what it reproduces and fixes is reproduced and fixed. */
@ExtendWith(PostgresExtension.class)
final class WarningsTest {

  /** Those take a second session, a large table or a configuration. */
  private static final Set<String> NOT_TRIED = Set.of("policy", "timeout", "lock", "gone");

  private static final Set<String> SEEN_AS_A_ROLE = Set.of("privilege", "row_security");

  @Test
  void eachWordHasASection() {
    assertThat(words(true))
        .isEqualTo(Arrays.stream(Warning.values()).map(Warning::word).collect(toTreeSet()));
    assertThat(words(false))
        .isEqualTo(
            Arrays.stream(Reason.Code.values())
                .filter(code -> code != Reason.Code.OUTLIER)
                .map(Reason.Code::word)
                .collect(toTreeSet()));
  }

  @Test
  void onlyWhatTakesMoreThanSqlIsNotTried() {
    assertThat(
            Section.all().stream()
                .filter(section -> !section.isTried())
                .map(Section::word)
                .collect(Collectors.toSet()))
        .isEqualTo(NOT_TRIED);
  }

  @ParameterizedTest
  @MethodSource("tried")
  void isReproducedAndFixed(Section section, TestDatabase database) throws Exception {
    String role =
        SEEN_AS_A_ROLE.contains(section.word())
            ? database.createRole("watcher")
            : TestDatabase.SUPERUSER;
    run(database, section.blocks().get(0), role);
    assertThat(said(section, sweep(database, role, Mode.OBSERVE, GuardMode.CHECK)))
        .contains(section.word());

    Section.Block fix = section.blocks().get(1);
    if (fix.language().equals("sql")) {
      run(database, fix, role);
    } else {
      boolean installs = fix.text().startsWith("seqwarden install ");
      assertThat(installs || fix.text().startsWith("seqwarden sync ")).isTrue();
      sweep(database, role, Mode.HEAL, installs ? GuardMode.ENSURE : GuardMode.OFF);
    }

    List<Finding> fixed = sweep(database, role, Mode.OBSERVE, GuardMode.CHECK);
    assertThat(fixed).hasSize(1);
    assertThat(said(section, fixed)).doesNotContain(section.word());
    assertThat(fixed.get(0).verdict().state()).isNotEqualTo(State.UNREADABLE);
  }

  static Stream<Section> tried() {
    return Section.all().stream().filter(Section::isTried);
  }

  private static Set<String> words(boolean ofWarnings) {
    return Section.all().stream()
        .filter(section -> section.isWarning() == ofWarnings)
        .map(Section::word)
        .collect(toTreeSet());
  }

  private static java.util.stream.Collector<String, ?, Set<String>> toTreeSet() {
    return Collectors.toCollection(TreeSet::new);
  }

  /** The words that were said of all sequences: warnings or reasons, as the section is about. */
  private static Set<String> said(Section section, List<Finding> findings) {
    return findings.stream()
        .flatMap(
            finding ->
                section.isWarning()
                    ? finding.verdict().warnings().stream().map(Warning::word)
                    : finding.verdict().reason().stream().map(reason -> reason.code().word()))
        .collect(toTreeSet());
  }

  /** Runs a block; the role that it calls seqwarden is {@code role}. */
  private static void run(TestDatabase database, Section.Block block, String role)
      throws Exception {
    for (String statement : block.statements()) {
      database.execute(statement.replaceAll("(?<=(?:to|role) )seqwarden\\b", role));
    }
  }

  private static List<Finding> sweep(TestDatabase database, String role, Mode mode, GuardMode guard)
      throws Exception {
    try (Databases databases = new Databases(2);
        Sweeps sweeps =
            new Sweeps(
                List.of(settings(database, role, mode, guard)),
                databases::open,
                2,
                new Deaf(),
                Clock.systemUTC(),
                ObservationProgress.NONE)) {
      return sweeps
          .database("app")
          .orElseThrow()
          .sweep(Event.Source.CLI)
          .toCompletableFuture()
          .get(60, TimeUnit.SECONDS)
          .findings();
    }
  }

  private static DatabaseSettings settings(
      TestDatabase database, String role, Mode mode, GuardMode guard) {
    return new DatabaseSettings(
        new ConnectionSettings("app", database.jdbcUrl(), Optional.of(role), Optional.empty(), 2),
        new Schedule.Every(Duration.ofMinutes(1)),
        Duration.ofMinutes(10),
        mode,
        guard,
        new CatalogSettings(
            List.of("*.*"),
            List.of(),
            List.of(),
            new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(5)),
            false,
            128),
        Limits.DEFAULT,
        new EventSettings(Duration.ofDays(30), 1_000, true),
        List.of());
  }

  /** What sweeps tell is taken from their result. */
  private static final class Deaf implements SweepListener {
    @Override
    public void swept(SweepReport report) {}

    @Override
    public void synced(Finding finding, List<Event> events) {}

    @Override
    public void recorded(String database, List<Event> recorded) {}
  }
}
