package io.seqwarden.app;

import io.seqwarden.catalog.Catalog;
import io.seqwarden.catalog.Discovery;
import io.seqwarden.catalog.Watched;
import io.seqwarden.config.Configuration;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.Databases;
import io.seqwarden.postgres.SqlState;
import io.seqwarden.repair.InstallSettings;
import io.seqwarden.repair.Installation;
import io.seqwarden.sweep.DatabaseSettings;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.function.BiFunction;

/** What {@code install}, {@code uninstall} and {@code sql} share. */
final class Installing {

  private Installing() {}

  /** What is done in one database. */
  @FunctionalInterface
  interface Work {
    Installation.Outcome run(Installation installation, List<Watched> watched) throws SQLException;
  }

  static InstallSettings settings(DatabaseSettings settings) {
    return new InstallSettings(
        settings.limits(),
        settings.catalog().timeouts(),
        settings.events(),
        settings.syncExecute());
  }

  /** Runs {@code work} in every database and tells of it; the exit code of the contract. */
  static int run(
      Configuration configuration, String done, Work work, PrintWriter out, PrintWriter err) {
    int code = ExitCodes.OK;
    try (Databases databases = new Databases(configuration.connectionsTotal())) {
      for (DatabaseSettings settings : configuration.databases()) {
        int one = run(settings, databases.open(settings.connection()), done, work, out, err);
        code = Math.max(code, one);
      }
    }
    out.flush();
    err.flush();
    return code;
  }

  private static int run(
      DatabaseSettings settings,
      Database database,
      String done,
      Work work,
      PrintWriter out,
      PrintWriter err) {
    try {
      Catalog catalog = new Discovery(settings.catalog()).discover(database);
      if (catalog.server().standby()) {
        err.println(settings.name() + " is a standby and takes no writes: use its primary");
        return ExitCodes.UNJUDGED;
      }
      Installation installation = new Installation(database, settings(settings), Clock.systemUTC());
      Installation.Outcome outcome = work.run(installation, catalog.sequences());
      outcome.problems().forEach(problem -> err.println(settings.name() + ": " + problem));
      out.println("%s: %s, %s".formatted(settings.name(), done, told(outcome.steps())));
      return outcome.problems().isEmpty() ? ExitCodes.OK : ExitCodes.SOME_NOT;
    } catch (SQLException failure) {
      err.println(
          "%s was not %s: %s (%s)"
              .formatted(settings.name(), done, SqlState.said(failure), failure.getSQLState()));
      return ExitCodes.UNJUDGED;
    }
  }

  private static String told(int steps) {
    return switch (steps) {
      case 0 -> "nothing to do";
      case 1 -> "1 step";
      default -> steps + " steps";
    };
  }

  /**
   * One database's script after the other, under a heading each where there are several: a script
   * for one means nothing in another.
   *
   * @throws CommandFailedException where a database is not reached
   */
  static String scripts(
      Configuration configuration, BiFunction<DatabaseSettings, List<Watched>, String> script) {
    StringBuilder scripts = new StringBuilder();
    try (Databases databases = new Databases(configuration.connectionsTotal())) {
      for (DatabaseSettings settings : configuration.databases()) {
        List<Watched> watched =
            new Discovery(settings.catalog())
                .discover(databases.open(settings.connection()))
                .sequences();
        if (configuration.databases().size() > 1) {
          scripts.append("-- ==== Database %s: run this part there%n".formatted(settings.name()));
        }
        scripts.append(script.apply(settings, watched));
      }
      return scripts.toString();
    } catch (SQLException failure) {
      throw new CommandFailedException(
          List.of(
              "The database cannot be reached, so no SQL is printed: %s (%s)"
                  .formatted(SqlState.said(failure), failure.getSQLState())),
          ExitCodes.UNJUDGED);
    }
  }
}
