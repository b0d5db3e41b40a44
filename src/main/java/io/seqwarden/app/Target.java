package io.seqwarden.app;

import io.seqwarden.config.Configuration;
import io.seqwarden.config.ConfigurationLoader;
import io.seqwarden.config.Configurations;
import io.seqwarden.config.Loaded;
import io.seqwarden.postgres.Secret;
import io.seqwarden.sweep.DatabaseSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that say which databases a one-shot command is for. */
final class Target {

  @ArgGroup(exclusive = true, multiplicity = "0..1")
  private @Nullable Where where;

  @Option(
      names = "--user",
      paramLabel = "ROLE",
      description = "With --url: the role to log in as; PGPASSWORD and ~/.pgpass are read.")
  private @Nullable String user;

  /** A file or a URL. */
  private static final class Where {
    @Option(
        names = {"-c", "--config"},
        paramLabel = "FILE",
        required = true,
        description = "The configuration file.")
    private @Nullable Path file;

    @Option(
        names = "--url",
        paramLabel = "URL",
        required = true,
        description = "Instead of a file: one database, jdbc:postgresql://host:5432/database.")
    private @Nullable String url;
  }

  boolean isGiven() {
    return where != null;
  }

  /**
   * The configuration of the file, or one for the URL.
   *
   * @throws CommandFailedException with every problem of it
   */
  Configuration load(DatabaseSettings.Mode mode, DatabaseSettings.GuardMode guard) {
    if (where == null) {
      throw new CommandFailedException(
          List.of("Which database? Give -c FILE or --url URL; see --help"), ExitCodes.UNJUDGED);
    }
    if (where.file != null) {
      if (user != null) {
        throw new CommandFailedException(
            List.of("--user goes with --url; in a file, set databases.<name>.user"),
            ExitCodes.UNJUDGED);
      }
      return load(where.file);
    }
    Optional<Secret> password = Optional.ofNullable(System.getenv("PGPASSWORD")).map(Secret::new);
    String url = java.util.Objects.requireNonNull(where.url);
    return valid(Configurations.forUrl(url, Optional.ofNullable(user), password, mode, guard));
  }

  /** The configuration of a file. */
  static Configuration load(Path file) {
    return valid(ConfigurationLoader.load(file));
  }

  private static Configuration valid(Loaded loaded) {
    if (loaded instanceof Loaded.Valid valid) {
      return valid.configuration();
    }
    List<String> problems =
        ((Loaded.Invalid) loaded).problems().stream().map(Object::toString).toList();
    throw new CommandFailedException(problems, ExitCodes.UNJUDGED);
  }

  /** Whether the databases come from a file rather than a URL. */
  boolean isFile() {
    return where != null && where.file != null;
  }

  /** The same database, observed or healed, with this guard. */
  static DatabaseSettings with(
      DatabaseSettings settings, DatabaseSettings.Mode mode, DatabaseSettings.GuardMode guard) {
    return new DatabaseSettings(
        settings.connection(),
        settings.schedule(),
        settings.fullEvery(),
        mode,
        guard,
        settings.catalog(),
        settings.limits(),
        settings.events(),
        settings.syncExecute());
  }
}
