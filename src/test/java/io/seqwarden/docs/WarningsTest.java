package io.seqwarden.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.app.Ran;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code docs/warnings.md} and the pages below {@code docs/warnings}: complete, and what they
 * reproduce and fix is reproduced and fixed.
 */
@ExtendWith(PostgresExtension.class)
final class WarningsTest {

  /** One takes a large table or a slow server, the other a moment that nobody can choose. */
  private static final Set<String> NOTHING_TO_RUN = Set.of("timeout", "gone");

  /** One takes a configuration, the other a second session: they have tests of their own. */
  private static final Set<String> APART = Set.of("policy", "lock");

  private static final Set<String> SEEN_AS_A_ROLE = Set.of("privilege", "row_security");

  @TempDir private Path folder = Path.of("");

  @Test
  void eachWordHasAPage() throws IOException {
    assertThat(words(true))
        .isEqualTo(Arrays.stream(Warning.values()).map(Warning::word).collect(toTreeSet()));
    assertThat(words(false))
        .isEqualTo(
            Arrays.stream(Reason.Code.values())
                .filter(code -> code != Reason.Code.OUTLIER)
                .map(Reason.Code::word)
                .collect(toTreeSet()));
    try (Stream<Path> pages = Files.list(Path.of("docs/warnings"))) {
      assertThat(Section.all().stream().map(Section::path))
          .containsExactlyInAnyOrderElementsOf(pages.toList());
    }
  }

  @Test
  void eachPageIsCalledLikeItsWordAndLeadsBack() {
    assertThat(Section.all())
        .allSatisfy(
            section -> {
              assertThat(section.page().title()).startsWith(section.word());
              assertThat(section.path().getFileName().toString()).startsWith(section.word());
              assertThat(section.page().text()).startsWith("[" + section.chapter() + "](");
            });
  }

  @Test
  void allThatCanBeRunIsRun() {
    assertThat(
            Section.all().stream()
                .filter(section -> section.page().blocks().isEmpty())
                .map(Section::word)
                .collect(Collectors.toSet()))
        .isEqualTo(NOTHING_TO_RUN);
    assertThat(Section.all())
        .filteredOn(section -> !section.page().blocks().isEmpty())
        .allMatch(section -> APART.contains(section.word()) || section.isTried());
  }

  @ParameterizedTest
  @MethodSource("tried")
  void isReproducedAndFixed(Section section, TestDatabase database) throws Exception {
    String role =
        SEEN_AS_A_ROLE.contains(section.word())
            ? database.createRole("watcher")
            : TestDatabase.SUPERUSER;
    run(database, section.reproduce().get(0), role);
    assertThat(said(section, sweep(database, role, Mode.OBSERVE, GuardMode.CHECK)))
        .contains(section.word());

    Markdown.Block fix = section.fix().get(0);
    if (fix.language().equals("sql")) {
      run(database, fix, role);
    } else {
      type(database, fix, "");
    }

    List<Finding> fixed = sweep(database, role, Mode.OBSERVE, GuardMode.CHECK);
    assertThat(fixed).hasSize(1);
    assertThat(said(section, fixed)).doesNotContain(section.word());
    assertThat(fixed.get(0).verdict().state()).isNotEqualTo(State.UNREADABLE);
  }

  @Test
  void policyIsKeptUntilItIsOverridden(TestDatabase database) throws Exception {
    Section policy = section("policy");
    List<Markdown.Block> reproduce = policy.reproduce();
    run(database, reproduce.get(1), TestDatabase.SUPERUSER);
    String entry = reproduce.get(0).text();

    Ran refused = Ran.command("sync", "-c", configuration(database, entry).toString());
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.out()).contains("refused", "heal = false");

    type(database, policy.fix().get(0), entry);
    assertThat(database.one("insert into ticket default values returning id")).isEqualTo("21");
  }

  @Test
  void lockIsSeenAndItsHolderFound(TestDatabase database) throws Exception {
    Section lock = section("lock");
    try (Connection holder = database.connect();
        Statement statement = holder.createStatement()) {
      for (String each : lock.reproduce().get(0).statements()) {
        statement.execute(each);
      }
      assertThat(said(lock, sweep(database, TestDatabase.SUPERUSER, Mode.OBSERVE, GuardMode.OFF)))
          .containsExactly("lock");
      assertThat(database.rows(lock.fix().get(0).text()))
          .singleElement()
          .asString()
          .contains("idle in transaction", "lock table ticket in access exclusive mode");
    }
  }

  /** Runs commands as they stand, but for the configuration's place. */
  private void type(TestDatabase database, Markdown.Block block, String entry) throws Exception {
    String file = configuration(database, entry).toString();
    for (String command : block.commands()) {
      assertThat(command).startsWith("seqwarden ").contains(" -c seqwarden.conf");
      List<String> words =
          Stream.of(command.replace("seqwarden.conf", file).split(" ", -1)).skip(1).toList();
      Ran ran = Ran.command(words.toArray(String[]::new));
      assertThat(ran.exitCode()).as(ran.out() + ran.err()).isZero();
    }
  }

  private Path configuration(TestDatabase database, String entry) throws IOException {
    return Files.writeString(
        folder.resolve("seqwarden.conf"),
        "seqwarden.databases.app {\nurl = \"%s?user=%s\", mode = heal, guard = ensure\nlimits.lock-timeout = 1s\n%s}\n"
            .formatted(database.jdbcUrl(), TestDatabase.SUPERUSER, entry));
  }

  private static Section section(String word) {
    return Section.all().stream()
        .filter(section -> section.word().equals(word))
        .findFirst()
        .orElseThrow();
  }

  static Stream<Section> tried() {
    return Section.all().stream()
        .filter(section -> section.isTried() && !APART.contains(section.word()));
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
  private static void run(TestDatabase database, Markdown.Block block, String role)
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
