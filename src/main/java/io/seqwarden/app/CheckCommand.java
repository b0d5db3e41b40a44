package io.seqwarden.app;

import io.seqwarden.config.Configuration;
import io.seqwarden.drift.Finding;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.SweepReport;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code check}: one sweep that changes nothing. */
@Command(
    name = "check",
    description = "Judges every sequence once and changes nothing.",
    footer =
        "%nExit: 0 all in sync; 1 some behind or refused; 2 not everything could be judged."
            + " With --format nagios 0 to 3 as monitoring plugins do.")
final class CheckCommand implements Callable<Integer> {

  /** How results are printed. */
  enum Format {
    TABLE,
    JSON,
    NAGIOS
  }

  @Mixin private final Target target = new Target();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table, json or nagios; table is the default.")
  private Format format = Format.TABLE;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Logging.quiet();
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    List<SweepReport> reports;
    try {
      reports = sweep();
    } catch (CommandFailedException failure) {
      if (format != Format.NAGIOS) {
        throw failure;
      }
      // To a monitor 2 would say that sequences are behind.
      out.println(Nagios.unknown(failure.problems()));
      out.flush();
      return Nagios.UNKNOWN;
    }
    List<Finding> findings = Reports.findings(reports);
    switch (format) {
      case JSON -> out.println(Reports.json(reports, database -> true));
      case NAGIOS -> out.println(new Nagios(reports, findings).line());
      case TABLE -> Table.lines(reports, findings).forEach(out::println);
    }
    out.flush();
    return format == Format.NAGIOS
        ? new Nagios(reports, findings).exitCode()
        : ExitCodes.of(reports, findings);
  }

  private List<SweepReport> sweep() {
    Configuration configuration = target.load(Mode.OBSERVE, GuardMode.OFF);
    List<DatabaseSettings> settings =
        configuration.databases().stream().map(CheckCommand::observing).toList();
    try (OneShot sweeps = new OneShot(configuration, settings)) {
      return sweeps.sweep();
    }
  }

  private static DatabaseSettings observing(DatabaseSettings settings) {
    GuardMode guard = settings.guard() == GuardMode.OFF ? GuardMode.OFF : GuardMode.CHECK;
    return Target.with(settings, Mode.OBSERVE, guard);
  }
}
