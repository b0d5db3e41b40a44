package io.seqwarden.app;

import io.seqwarden.catalog.Watched;
import io.seqwarden.config.Configurations;
import io.seqwarden.config.Loaded;
import io.seqwarden.repair.Grants;
import io.seqwarden.repair.Installation;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sql}: prints what the other commands would run. */
@Command(
    name = "sql",
    description = "Prints SQL instead of running it, for people who run migrations themselves.",
    subcommands = {SqlCommand.Install.class, SqlCommand.Uninstall.class, SqlCommand.Grant.class})
final class SqlCommand implements Runnable {

  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(), "Which SQL? install, uninstall or grants");
  }

  /** The script of what is discovered, or, without a connection, of nothing in particular. */
  private static String script(
      Target target, BiFunction<DatabaseSettings, List<Watched>, String> script) {
    Logging.quiet();
    return target.isGiven()
        ? Installing.scripts(target.load(Mode.HEAL, GuardMode.ENSURE), script)
        : script.apply(defaults(), List.of());
  }

  private static DatabaseSettings defaults() {
    Loaded loaded =
        Configurations.forUrl(
            "jdbc:postgresql:app", Optional.empty(), Optional.empty(), Mode.HEAL, GuardMode.ENSURE);
    return ((Loaded.Valid) loaded).configuration().databases().get(0);
  }

  private static int print(@Nullable CommandSpec spec, String sql) {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    out.print(sql);
    out.flush();
    return ExitCodes.OK;
  }

  /** {@code sql install}. */
  @Command(
      name = "install",
      description =
          "Prints what install runs. Without -c or --url the schema alone; with one, the guards and"
              + " short forms of what is discovered there too.")
  static final class Install implements Callable<Integer> {
    @Mixin private final Target target = new Target();
    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
      return print(
          spec,
          script(
              target,
              (settings, watched) -> Installation.script(Installing.settings(settings), watched)));
    }
  }

  /** {@code sql uninstall}. */
  @Command(name = "uninstall", description = "Prints SQL that removes everything, in one go.")
  static final class Uninstall implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
      return print(spec, Installation.removalScript());
    }
  }

  /** {@code sql grants}. */
  @Command(
      name = "grants",
      description =
          "Prints the grants that a role needs. With -c or --url exactly those for what is"
              + " discovered there; without, for all of schema public.")
  static final class Grant implements Callable<Integer> {
    @Mixin private final Target target = new Target();

    @Option(names = "--role", paramLabel = "ROLE", required = true, description = "The role.")
    private String role = "";

    @Option(
        names = "--for",
        paramLabel = "WHAT",
        required = true,
        description = "observe, heal, guard, sync or backup (the last for pg_dump's role).")
    private Grants.Purpose purpose = Grants.Purpose.OBSERVE;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
      return print(
          spec, script(target, (settings, watched) -> Grants.script(role, purpose, watched)));
    }
  }
}
