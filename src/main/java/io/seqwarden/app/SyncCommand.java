package io.seqwarden.app;

import io.seqwarden.config.Configuration;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Sequence;
import io.seqwarden.http.Json;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.DatabaseWatch;
import io.seqwarden.sweep.DatabaseWatch.SyncResult;
import io.seqwarden.sweep.SweepReport;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sync}: one sweep that repairs, of everything or of what is named. */
@Command(
    name = "sync",
    description = "Judges every sequence once, or those named, and advances what is behind.",
    footer =
        "%nExit: 0 all in sync after it; 1 some still not; 2 not everything could be judged, or a"
            + " name is unknown.")
final class SyncCommand implements Callable<Integer> {

  /** How results are printed. */
  enum Format {
    TABLE,
    JSON
  }

  @Mixin private final Target target = new Target();

  @Option(names = "--dry-run", description = "Say what would be advanced, and change nothing.")
  private boolean dryRun;

  @Option(
      names = "--force",
      description =
          "Follow outliers too, and override refusals, as long as ids remain. Needs names.")
  private boolean force;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table or json; table is the default.")
  private Format format = Format.TABLE;

  @Parameters(
      paramLabel = "TABLE or SEQUENCE",
      description = "With or without its schema; without, it has to be the only one of its name.")
  private List<String> names = new ArrayList<>();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    if (force && names.isEmpty()) {
      throw new CommandFailedException(
          List.of("--force needs the names of the tables or sequences that it is for"),
          ExitCodes.UNJUDGED);
    }
    Configuration configuration = target.load(Mode.HEAL, GuardMode.OFF);
    Mode mode = dryRun ? Mode.OBSERVE : Mode.HEAL;
    List<DatabaseSettings> settings =
        configuration.databases().stream()
            .map(one -> Target.with(one, mode, checking(one.guard())))
            .toList();
    // Names are looked up by a sweep that changes nothing; only what is named is then repaired.
    List<DatabaseSettings> first =
        names.isEmpty()
            ? settings
            : settings.stream()
                .map(one -> Target.with(one, Mode.OBSERVE, checking(one.guard())))
                .toList();
    List<SweepReport> reports;
    List<Finding> findings;
    try (OneShot sweeps = new OneShot(configuration, first)) {
      reports = sweeps.sweep();
      findings = reports.stream().flatMap(report -> report.findings().stream()).toList();
      if (names.isEmpty()) {
        print(sweeps, reports, findings);
        return ExitCodes.of(reports, findings);
      }
    }
    List<Finding> named = named(findings);
    try (OneShot sweeps = new OneShot(configuration, settings)) {
      List<Finding> synced = sync(sweeps, named);
      print(sweeps, reports, synced);
      return ExitCodes.of(reports, synced);
    }
  }

  private static GuardMode checking(GuardMode guard) {
    return guard == GuardMode.OFF ? GuardMode.OFF : GuardMode.CHECK;
  }

  private void print(OneShot sweeps, List<SweepReport> reports, List<Finding> findings) {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (format == Format.JSON) {
      out.println(Json.pretty(sweeps.view(reports, findings)));
    } else {
      Table.lines(reports, findings).forEach(out::println);
      sweeps.events().stream()
          .filter(event -> event.refusal().isEmpty())
          .forEach(event -> out.println(advanced(event)));
    }
    out.flush();
  }

  private static String advanced(Event event) {
    return "advanced %s of %s from %s to %s"
        .formatted(
            event.sequence(),
            event.database(),
            event.before().isPresent() ? event.before().getAsLong() : "?",
            event.after().isPresent() ? event.after().getAsLong() : "?");
  }

  private List<Finding> sync(OneShot sweeps, List<Finding> named) {
    List<Finding> synced = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (Finding finding : named) {
      DatabaseWatch watch =
          sweeps.databases().stream()
              .filter(one -> one.name().equals(finding.database()))
              .findFirst()
              .orElseThrow();
      SyncResult result =
          watch
              .syncSequence(finding.sequence().name().quoted(), force, Event.Source.CLI)
              .toCompletableFuture()
              .join();
      if (result instanceof SyncResult.Judged judged) {
        synced.add(judged.finding());
      } else {
        problems.add(result.toString());
      }
    }
    if (!problems.isEmpty()) {
      throw new CommandFailedException(problems, ExitCodes.UNJUDGED);
    }
    return synced;
  }

  /** The findings that the names mean, each once. */
  private List<Finding> named(List<Finding> findings) {
    Map<String, Finding> named = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    for (String name : names) {
      List<Finding> exact = findings.stream().filter(f -> isNamed(f, name, true)).toList();
      List<Finding> meant =
          exact.isEmpty() ? findings.stream().filter(f -> isNamed(f, name, false)).toList() : exact;
      long schemas = meant.stream().map(f -> f.sequence().name().schema()).distinct().count();
      if (meant.isEmpty()) {
        problems.add(
            "No watched sequence or table is called %s: check the name and its schema; `check` lists what is watched"
                .formatted(name));
      } else if (exact.isEmpty() && schemas > 1) {
        problems.add(
            "%s is the name of several in different schemas: give it with its schema, as in %s"
                .formatted(name, meant.get(0).sequence().name().schema() + "." + name));
      } else {
        meant.forEach(
            finding -> named.put(finding.database() + " " + finding.sequence().name(), finding));
      }
    }
    if (!problems.isEmpty()) {
      throw new CommandFailedException(problems, ExitCodes.UNJUDGED);
    }
    return List.copyOf(named.values());
  }

  private static boolean isNamed(Finding finding, String name, boolean withSchema) {
    Sequence sequence = finding.sequence();
    if (withSchema) {
      return sequence.name().quoted().equals(name)
          || sequence.columns().stream().anyMatch(c -> c.table().quoted().equals(name));
    }
    return sequence.name().name().equals(name)
        || sequence.columns().stream().anyMatch(c -> c.table().name().equals(name));
  }
}
