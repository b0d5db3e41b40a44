package io.seqwarden.app;

import io.seqwarden.config.Configuration;
import io.seqwarden.http.HttpServer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code run}: the daemon. */
@Command(
    name = "run",
    description = "Runs the daemon until SIGTERM or Ctrl-C.",
    footer = "%nExit: 0 on SIGTERM; 2 bad configuration, or the port is taken.")
final class RunCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      required = true,
      description = "The configuration file.")
  private @Nullable Path file;

  @Override
  public Integer call() {
    Configuration configuration = Target.load(Objects.requireNonNull(file));
    runUntilStopped(configuration, Clock.systemUTC(), page -> {}, List.of(), List.of());
    return ExitCodes.OK;
  }

  /** Hears where the page is, once it is served. */
  @FunctionalInterface
  interface Started {
    void at(URI page);
  }

  /**
   * Runs a daemon until the JVM is told to end, and then ends it with 0.
   *
   * @param before what is closed before the daemon
   * @param after what is closed after it
   */
  static void runUntilStopped(
      Configuration configuration,
      Clock clock,
      Started started,
      List<? extends AutoCloseable> before,
      List<? extends AutoCloseable> after) {
    Daemon daemon;
    URI page;
    try {
      daemon = new Daemon(configuration, clock);
      page = daemon.start();
    } catch (HttpServer.CannotStartException failure) {
      throw new CommandFailedException(
          List.of(String.valueOf(failure.getMessage())), ExitCodes.UNJUDGED);
    }
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> stop(before, daemon, after), "seqwarden-stop"));
    LOG.info("seqwarden {} serves {}", Main.Version.version(), page);
    started.at(page);
    waitForever();
  }

  /** A JVM ends with 143 on SIGTERM unless its hook halts it. */
  private static void stop(
      List<? extends AutoCloseable> before, Daemon daemon, List<? extends AutoCloseable> after) {
    try {
      before.forEach(RunCommand::close);
      close(daemon);
      after.forEach(RunCommand::close);
      LOG.info("Stopped");
    } finally {
      Runtime.getRuntime().halt(ExitCodes.OK);
    }
  }

  private static void close(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception failure) {
      LOG.warn("{} did not close in order: {}", one.getClass().getSimpleName(), failure.toString());
    }
  }

  private static void waitForever() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
