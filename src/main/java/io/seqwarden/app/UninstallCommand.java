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

/** {@code uninstall}: takes everything out again. */
@Command(
    name = "uninstall",
    description =
        "Removes the guards table by table, the short forms and schema seqwarden with its events."
            + " A daemon with guard = ensure would install them again: stop it first.",
    footer =
        "%nExit: 0 done; 1 some could not be done; 2 a database was not reached, or bad usage.")
final class UninstallCommand implements Callable<Integer> {

  @Mixin private final Target target = new Target();
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Logging.quiet();
    var line = Objects.requireNonNull(spec).commandLine();
    return Installing.run(
        target.load(Mode.HEAL, GuardMode.ENSURE),
        "uninstalled",
        (installation, watched) -> installation.uninstall(() -> false),
        line.getOut(),
        line.getErr());
  }
}
