package io.seqwarden.app;

import io.seqwarden.config.Configuration;
import io.seqwarden.config.ConfigurationLoader;
import io.seqwarden.config.Loaded;
import io.seqwarden.http.HttpServer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code run}: the daemon. */
@Command(
    name = "run",
    description =
        "Runs the daemon until SIGTERM or Ctrl-C. SIGHUP, or POST /-/reload, reads the configuration"
            + " again; one that is invalid changes nothing.",
    footer = {
      "%nSEQWARDEN_LOG_FORMAT in the environment: text, or json for one object a line.",
      "%nExit: 0 on SIGTERM; 2 bad configuration, or the port is taken."
    })
final class RunCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  /** Orchestrators send SIGKILL after 10 s. */
  private static final Duration LONGEST_STOP = Duration.ofMillis(9_500);

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      required = true,
      description = "The configuration file.")
  private @Nullable Path file;

  @Override
  public Integer call() {
    Hangup hangup = Hangup.listen();
    Path from = Objects.requireNonNull(file);
    Configuration configuration = Target.load(from);
    Shutdown shutdown = Shutdown.listening(LONGEST_STOP);
    Daemon daemon = start(configuration, () -> ConfigurationLoader.load(from), shutdown);
    hangup.does(() -> daemon.reload("SIGHUP"));
    Shutdown.waitForTheEnd();
    return ExitCodes.OK;
  }

  /**
   * Starts a daemon that ends with the JVM.
   *
   * @param source where the configuration is read again
   * @throws CommandFailedException where it does not start
   */
  static Daemon start(Configuration configuration, Supplier<Loaded> source, Shutdown shutdown) {
    try {
      Daemon daemon = shutdown.open(() -> Daemon.start(configuration, source, Clock.systemUTC()));
      LOG.info("seqwarden {} serves {}", Main.Version.version(), daemon.page());
      return daemon;
    } catch (HttpServer.CannotStartException failure) {
      shutdown.failed();
      throw new CommandFailedException(
          List.of(String.valueOf(failure.getMessage())), ExitCodes.UNJUDGED);
    } catch (RuntimeException bug) {
      shutdown.failed();
      throw bug;
    }
  }
}
