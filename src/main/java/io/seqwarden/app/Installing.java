package io.seqwarden.app;

import io.seqwarden.catalog.Catalog;
import io.seqwarden.catalog.Discovery;
import io.seqwarden.catalog.Watched;
import io.seqwarden.config.Configuration;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.Databases;
import io.seqwarden.repair.InstallSettings;
import io.seqwarden.repair.Installation;
import io.seqwarden.sweep.DatabaseSettings;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

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
    boolean unreachable = false;
    boolean problems = false;
    try (Databases databases = new Databases(configuration.connectionsTotal())) {
      for (DatabaseSettings settings : configuration.databases()) {
        Database database = databases.open(settings.connection());
        try {
          Catalog catalog = new Discovery(settings.catalog()).discover(database);
          if (catalog.server().standby()) {
            throw new CommandFailedException(
                List.of(settings.name() + " is a standby and takes no writes: use its primary"),
                ExitCodes.UNJUDGED);
          }
          Installation installation =
              new Installation(database, settings(settings), Clock.systemUTC());
          Installation.Outcome outcome = work.run(installation, catalog.sequences());
          outcome.problems().forEach(problem -> err.println(settings.name() + ": " + problem));
          problems |= !outcome.problems().isEmpty();
          out.println(
              "%s: %s, %d %s"
                  .formatted(
                      settings.name(),
                      done,
                      outcome.steps(),
                      outcome.steps() == 1 ? "step" : "steps"));
        } catch (SQLException failure) {
          err.println(
              "%s cannot be reached: %s (%s)"
                  .formatted(settings.name(), failure.getMessage(), failure.getSQLState()));
          unreachable = true;
        }
      }
    }
    out.flush();
    err.flush();
    if (unreachable) {
      return ExitCodes.UNJUDGED;
    }
    return problems ? ExitCodes.SOME_NOT : ExitCodes.OK;
  }

  /** What is watched in every database of a configuration. */
  static List<Watched> watched(Configuration configuration) {
    List<Watched> watched = new ArrayList<>();
    try (Databases databases = new Databases(configuration.connectionsTotal())) {
      for (DatabaseSettings settings : configuration.databases()) {
        watched.addAll(
            new Discovery(settings.catalog())
                .discover(databases.open(settings.connection()))
                .sequences());
      }
      return watched;
    } catch (SQLException failure) {
      throw new CommandFailedException(
          List.of(
              "The database cannot be reached: %s (%s)"
                  .formatted(failure.getMessage(), failure.getSQLState())),
          ExitCodes.UNJUDGED);
    }
  }
}
