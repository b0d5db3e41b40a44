package io.seqwarden.app;

import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code install}: functions, guards, event table. */
@Command(
    name = "install",
    description =
        "Installs schema seqwarden, the guards and the short forms, table by table, each in a short"
            + " transaction; what is there already is brought up to date.",
    footer =
        "%nExit: 0 done; 1 some could not be done; 2 a database was not reached, or bad usage.")
final class InstallCommand implements Callable<Integer> {

  @Mixin private final Target target = new Target();
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Logging.quiet();
    var line = Objects.requireNonNull(spec).commandLine();
    return Installing.run(
        target.load(Mode.HEAL, GuardMode.ENSURE),
        "installed",
        (installation, watched) -> installation.ensure(watched, false, () -> false),
        line.getOut(),
        line.getErr());
  }
}
