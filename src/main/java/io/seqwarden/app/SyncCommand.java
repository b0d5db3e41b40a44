package io.seqwarden.app;

import io.seqwarden.config.Configuration;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.SweepReport;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sync}: one sweep that repairs, of everything or of what is named. */
@Command(
    name = "sync",
    description =
        "Judges every sequence once, or those named, and advances what is behind. A database with"
            + " mode = observe is judged and not written to.",
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
    Logging.quiet();
    Configuration configuration = target.load(Mode.HEAL, GuardMode.OFF);
    List<DatabaseSettings> settings = configuration.databases().stream().map(this::wanted).toList();
    List<SweepReport> reports = reports(configuration, settings);
    Set<String> observed =
        settings.stream()
            .filter(one -> one.mode() == Mode.OBSERVE)
            .map(DatabaseSettings::name)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    List<Finding> findings = Reports.findings(reports);
    print(reports, findings, observed);
    return ExitCodes.of(reports, findings);
  }

  /** Guards are looked at and left to {@code install}. */
  private DatabaseSettings wanted(DatabaseSettings settings) {
    GuardMode guard = settings.guard() == GuardMode.OFF ? GuardMode.OFF : GuardMode.CHECK;
    return Target.with(settings, dryRun ? Mode.OBSERVE : settings.mode(), guard);
  }

  private List<SweepReport> reports(Configuration configuration, List<DatabaseSettings> settings) {
    if (!names.isEmpty()) {
      return new NamedSync(configuration, settings, force).run(names);
    }
    try (OneShot sweeps = new OneShot(configuration, settings)) {
      return sweeps.sweep();
    }
  }

  private void print(List<SweepReport> reports, List<Finding> findings, Set<String> observed) {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    PrintWriter out = line.getOut();
    if (format == Format.JSON) {
      out.println(Reports.json(reports, observed::contains));
    } else {
      Table.lines(reports, findings).forEach(out::println);
      reports.stream()
          .flatMap(report -> report.events().stream())
          .filter(event -> event.refusal().isEmpty())
          .forEach(event -> out.println(advanced(event)));
    }
    out.flush();
    if (!dryRun) {
      observed.forEach(database -> line.getErr().println(observedOnly(database)));
      line.getErr().flush();
    }
  }

  private static String observedOnly(String database) {
    return database
        + ": mode = observe, so nothing was advanced: set mode = heal, or name it by --url";
  }

  private static String advanced(Event event) {
    return "advanced %s of %s from %s to %s"
        .formatted(
            event.sequence(),
            event.database(),
            event.before().isPresent() ? event.before().getAsLong() : "?",
            event.after().isPresent() ? event.after().getAsLong() : "?");
  }
}
