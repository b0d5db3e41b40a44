package io.seqwarden.app;

import io.seqwarden.config.Configuration;
import io.seqwarden.config.Configurations;
import io.seqwarden.config.Loaded;
import io.seqwarden.demo.DemoDatabase;
import io.seqwarden.demo.TicketApplication;
import io.seqwarden.http.HttpSettings;
import io.seqwarden.http.Token;
import io.seqwarden.postgres.ConnectionSettings;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.Schedule;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}: the daemon over an embedded PostgreSQL that keeps drifting. */
@Command(
    name = "demo",
    description =
        "Starts an embedded PostgreSQL with a ticket table that keeps drifting, and the daemon over"
            + " it. Ctrl-C stops it and leaves nothing behind.")
final class DemoCommand implements Callable<Integer> {

  private static final int TOKEN_BYTES = 16;

  /** A daemon's, and what the server takes to stop and its files to go. */
  private static final Duration LONGEST_STOP = Duration.ofSeconds(20);

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8787",
      description = "The port of the page; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
  private int port = 8787;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    tell(out, "demo: starting an embedded PostgreSQL ...");
    Shutdown shutdown = Shutdown.listening(LONGEST_STOP);
    DemoDatabase database;
    try {
      database = shutdown.open(DemoDatabase::start);
    } catch (IOException failure) {
      shutdown.failed();
      throw new CommandFailedException(
          List.of(String.valueOf(failure.getMessage())), ExitCodes.UNJUDGED);
    } catch (NoClassDefFoundError leftOut) {
      shutdown.failed();
      throw new CommandFailedException(
          List.of(
              "This build has no embedded PostgreSQL, as the image has none: take seqwarden.jar of"
                  + " mvn package for the demo"),
          ExitCodes.UNJUDGED);
    }
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    String token = HexFormat.of().formatHex(random);
    Configuration configuration = configuration(database.url(), token);
    URI page = start(configuration, shutdown).page();
    introduce(out, page, token, database.url());
    TicketApplication application =
        shutdown.open(() -> new TicketApplication(database, line -> tell(out, line)));
    application.start();
    Shutdown.waitForTheEnd();
    return ExitCodes.OK;
  }

  /** The demo has no file whose http.port one could set. */
  private static Daemon start(Configuration configuration, Shutdown shutdown) {
    try {
      return RunCommand.start(configuration, () -> new Loaded.Valid(configuration), shutdown);
    } catch (CommandFailedException failure) {
      List<String> problems = new ArrayList<>(failure.problems());
      problems.add("For the demo that is --port N; with 0 it takes a free one");
      throw new CommandFailedException(problems, failure.exitCode());
    }
  }

  private static void introduce(PrintWriter out, URI page, String token, String url) {
    tell(out, "demo: the page is at " + page);
    tell(out, "demo: the database is " + url + " (user postgres, no password)");
    tell(out, "demo: the token is " + token + "; to sync by hand:");
    tell(
        out,
        "  curl -X POST -H 'Authorization: Bearer %s' %s"
            .formatted(token, page.resolve("/api/v1/databases/demo/tables/public.ticket/sync")));
    tell(out, "demo: Ctrl-C stops it and leaves nothing behind");
  }

  private static synchronized void tell(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  private Configuration configuration(String url, String token) {
    Loaded loaded =
        Configurations.forUrl(
            url, Optional.of(DemoDatabase.USER), Optional.empty(), Mode.HEAL, GuardMode.ENSURE);
    Configuration defaults = ((Loaded.Valid) loaded).configuration();
    DatabaseSettings settings = defaults.databases().get(0);
    ConnectionSettings connection =
        new ConnectionSettings("demo", url, Optional.of(DemoDatabase.USER), Optional.empty(), 2);
    return new Configuration(
        new HttpSettings("127.0.0.1", port, Optional.of(new Token(token)), false, List.of()),
        defaults.metrics(),
        defaults.connectionsTotal(),
        List.of(
            new DatabaseSettings(
                connection,
                new Schedule.Every(Duration.ofSeconds(2)),
                settings.fullEvery(),
                settings.mode(),
                settings.guard(),
                settings.catalog(),
                settings.limits(),
                settings.events(),
                settings.syncExecute())));
  }
}
