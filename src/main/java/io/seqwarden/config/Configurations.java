package io.seqwarden.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.seqwarden.postgres.ConnectionSettings;
import io.seqwarden.postgres.JdbcUrl;
import io.seqwarden.postgres.Secret;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Configurations without a file. */
public final class Configurations {
  private static final String OPTION = "--url";

  private Configurations() {}

  /**
   * One database by its URL, with the defaults of {@code reference.conf}; it is called as the URL
   * calls it.
   *
   * @param url its JDBC URL; a password in it goes before {@code password}
   * @param user the user; empty where the URL or the driver says
   * @param password what {@code PGPASSWORD} holds; empty for none
   * @param guard {@link GuardMode#ENSURE} needs {@link Mode#HEAL}
   * @return invalid where the URL does not parse; the problem's file is {@code --url}
   */
  public static Loaded forUrl(
      String url, Optional<String> user, Optional<Secret> password, Mode mode, GuardMode guard) {
    JdbcUrl parsed;
    try {
      parsed = JdbcUrl.parse(url);
    } catch (IllegalArgumentException wrong) {
      String message =
          "expected a JDBC URL such as jdbc:postgresql://localhost:5432/app: " + wrong.getMessage();
      return new Loaded.Invalid(List.of(new Problem(OPTION, 0, "", message)));
    }
    String name = name(parsed);
    Loaded defaults = withDefaults(name, parsed, mode, guard);
    if (!(defaults instanceof Loaded.Valid valid)) {
      return defaults;
    }
    Configuration configuration = valid.configuration();
    DatabaseSettings database = configuration.databases().get(0);
    ConnectionSettings connection =
        new ConnectionSettings(
            name,
            parsed.url(),
            parsed.hasUser() ? Optional.empty() : user,
            parsed.password().or(() -> password),
            database.connection().connections());
    return new Loaded.Valid(
        new Configuration(
            configuration.http(),
            configuration.metrics(),
            configuration.connectionsTotal(),
            List.of(with(connection, database))));
  }

  private static Loaded withDefaults(String name, JdbcUrl url, Mode mode, GuardMode guard) {
    Map<String, Object> database =
        Map.of("url", url.url(), "mode", word(mode), "guard", word(guard));
    Map<String, Object> root = Map.of("seqwarden", Map.of("databases", Map.of(name, database)));
    Config reference = Hocon.reference();
    return new ConfigurationReader(Path.of(""), new Problems())
        .read(ConfigValueFactory.fromMap(root, OPTION), new Place(OPTION, 0), reference.root());
  }

  private static DatabaseSettings with(ConnectionSettings connection, DatabaseSettings rest) {
    return new DatabaseSettings(
        connection,
        rest.schedule(),
        rest.fullEvery(),
        rest.mode(),
        rest.guard(),
        rest.catalog(),
        rest.limits(),
        rest.events(),
        rest.syncExecute());
  }

  /** What the URL calls the database, as far as a name in a configuration may be so. */
  private static String name(JdbcUrl url) {
    String name = url.database().orElse("default").replaceAll("[^A-Za-z0-9_.-]", "_");
    String bounded = name.length() > 63 ? name.substring(0, 63) : name;
    return Names.isDatabase(bounded) ? bounded : "default";
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
