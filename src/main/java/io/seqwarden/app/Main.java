package io.seqwarden.app;

import ch.qos.logback.classic.Level;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where {@code java -jar seqwarden.jar} starts: the commands of the contract. */
@Command(
    name = "seqwarden",
    description = {
      "Watches PostgreSQL sequences: compares each with the ids of the columns that it feeds, and"
          + " advances it where the next inserts would fail with 23505.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    scope = CommandLine.ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Every command has --help. Exit codes of check and sync: 0 all in sync; 1 some behind or"
          + " refused; 2 not everything could be judged, or bad usage."
    },
    subcommands = {
      RunCommand.class,
      DemoCommand.class,
      CheckCommand.class,
      SyncCommand.class,
      InstallCommand.class,
      UninstallCommand.class,
      SqlCommand.class
    })
public final class Main implements Runnable {

  /** Commands that go on, and log what happens. */
  private static final Set<String> DAEMONS = Set.of("run", "demo");

  /** The environment variable that {@code logback.xml} reads: the log begins before all else. */
  private static final String LOG_FORMAT = "SEQWARDEN_LOG_FORMAT";

  private static final Set<String> LOG_FORMATS = Set.of("text", "json");

  private static final Pattern CONSTANTS =
      Pattern.compile("expected one of \\[([A-Z_, ]+)] \\(case-insensitive\\)");

  @Spec private @Nullable CommandSpec spec;

  /** Runs a command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    // Numbers in SQL, metrics and answers are for machines, whatever digits the user writes.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    String format = Objects.requireNonNullElse(System.getenv(LOG_FORMAT), "text");
    if (!LOG_FORMATS.contains(format)) {
      System.err.printf("The environment has %s=%s: expected text or json%n", LOG_FORMAT, format);
      System.exit(ExitCodes.UNJUDGED);
    }
    if (args.length > 0 && !DAEMONS.contains(args[0])) {
      quiet();
    }
    System.exit(commandLine().execute(args));
  }

  /** What runs once says what it found; its log says only what goes wrong. */
  private static void quiet() {
    if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)
        instanceof ch.qos.logback.classic.Logger root) {
      root.setLevel(Level.WARN);
    }
  }

  /** The commands, ready to parse; tests give them writers of their own. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    CommandLine.IParameterExceptionHandler asBefore = line.getParameterExceptionHandler();
    line.setParameterExceptionHandler(
        (failure, arguments) -> asBefore.handleParseException(inWords(failure), arguments));
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          if (failure instanceof CommandFailedException expected) {
            expected.problems().forEach(command.getErr()::println);
            command.getErr().flush();
            return expected.exitCode();
          }
          command.getErr().println("seqwarden broke off, which is a bug; please report this:");
          failure.printStackTrace(command.getErr());
          command.getErr().flush();
          return ExitCodes.UNJUDGED;
        });
    return line;
  }

  /** Has choices as the manual writes them, where picocli names Java's constants. */
  private static ParameterException inWords(ParameterException failure) {
    Matcher choices = CONSTANTS.matcher(String.valueOf(failure.getMessage()));
    return choices.find()
        ? new ParameterException(
            failure.getCommandLine(),
            choices.replaceAll(
                found -> "expected one of " + found.group(1).toLowerCase(Locale.ROOT)))
        : failure;
  }

  @Override
  public void run() {
    CommandSpec known = Objects.requireNonNull(spec);
    throw new ParameterException(known.commandLine(), "A command is missing");
  }

  /** The version of the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"seqwarden " + version()};
    }

    static String version() {
      @Nullable String version = Main.class.getPackage().getImplementationVersion();
      return version == null ? "(unpackaged)" : version;
    }
  }
}
