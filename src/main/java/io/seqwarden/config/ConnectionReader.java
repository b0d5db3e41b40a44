package io.seqwarden.config;

import io.seqwarden.postgres.ConnectionSettings;
import io.seqwarden.postgres.JdbcUrl;
import io.seqwarden.postgres.Secret;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** The keys of a database that say how to reach it. */
final class ConnectionReader {
  private static final String URL_EXAMPLE = "jdbc:postgresql://localhost:5432/app";

  /** Far more than a watcher needs; a typing error ends here and not in the server's limit. */
  static final int MOST_CONNECTIONS = 1_000;

  private final Path directory;

  ConnectionReader(Path directory) {
    this.directory = directory;
  }

  /** Reads them; what it returns can be asked once no problem was found. */
  Supplier<ConnectionSettings> read(String name, Block block, Optional<Setting> total) {
    Optional<JdbcUrl> url = url(block);
    Optional<String> user = user(block, url);
    Optional<Secret> password = password(block, url);
    Optional<Integer> connections = connections(name, block, total);
    return () ->
        new ConnectionSettings(
            name, url.orElseThrow().url(), user, password, connections.orElseThrow());
  }

  private static Optional<JdbcUrl> url(Block block) {
    Optional<Setting> setting = block.optional("url");
    if (setting.isEmpty()) {
      block.problem("url", "expected a JDBC URL such as " + URL_EXAMPLE + ", got none");
      return Optional.empty();
    }
    // The value may hold a password, so that no message shows it.
    Optional<String> text = setting.get().secret();
    try {
      return text.map(JdbcUrl::parse);
    } catch (IllegalArgumentException wrong) {
      setting
          .get()
          .problem("expected a JDBC URL such as " + URL_EXAMPLE + ": " + wrong.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<String> user(Block block, Optional<JdbcUrl> url) {
    Optional<Setting> setting = block.optional("user");
    Optional<String> user = setting.flatMap(s -> s.text("a role's name"));
    if (user.isPresent() && url.isPresent() && url.get().hasUser()) {
      setting.get().problem("the URL names a user too; keep one of them");
    }
    return user;
  }

  /** {@code password} or {@code password-file}: the nearer one, and never both in one block. */
  private Optional<Secret> password(Block block, Optional<JdbcUrl> url) {
    Optional<Setting> plain = block.optional("password");
    Optional<Setting> file = block.optional("password-file");
    if (plain.isPresent() && file.isPresent() && plain.get().depth() == file.get().depth()) {
      file.get().problem("password is given too; keep one of them");
      return Optional.empty();
    }
    boolean plainIsNearer =
        plain.isPresent() && (file.isEmpty() || plain.get().depth() < file.get().depth());
    Optional<Setting> nearer = plainIsNearer ? plain : file;
    Optional<Secret> inUrl = url.flatMap(JdbcUrl::password);
    if (nearer.isPresent() && inUrl.isPresent()) {
      nearer.get().problem("the URL carries a password too; keep one of them");
      return Optional.empty();
    }
    Optional<String> text =
        plainIsNearer ? nearer.flatMap(Setting::secret) : nearer.flatMap(this::fromFile);
    return text.map(Secret::new).or(() -> inUrl);
  }

  private Optional<String> fromFile(Setting file) {
    return file.text("a file that holds the password")
        .flatMap(name -> TextFile.onlyLine(file, directory.resolve(name)));
  }

  private static Optional<Integer> connections(
      String name, Block block, Optional<Setting> totalSetting) {
    Optional<Setting> setting = block.find("connections");
    Optional<Integer> connections = setting.flatMap(s -> s.integer(1, MOST_CONNECTIONS));
    Optional<Integer> total = totalSetting.flatMap(s -> s.integer(1, MOST_CONNECTIONS));
    if (connections.isPresent() && total.isPresent() && connections.get() > total.get()) {
      Setting nearest = setting.get().isDefault() ? totalSetting.orElseThrow() : setting.get();
      nearest.problem(
          "database "
              + name
              + " may use "
              + connections.get()
              + " connections, and seqwarden.connections.total allows "
              + total.get()
              + " over all databases; lower the one or raise the other");
    }
    return connections;
  }
}
