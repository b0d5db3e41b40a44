package io.seqwarden.demo;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PostgreSQL of the demo's own, on loopback, gone with everything in it when closed. */
public final class DemoDatabase implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DemoDatabase.class);

  /** The embedded server's superuser; it has no password and listens on loopback alone. */
  public static final String USER = "postgres";

  private static final String[] SCHEMA = {
    "create table ticket (id bigserial primary key, title text not null,"
        + " created_at timestamptz not null default now())",
    "insert into ticket (title) select 'ticket ' || i from generate_series(1, 25) as i",
    // What the demo is about: rows came in with ids of their own, and the sequence stayed behind.
    "insert into ticket (id, title) select i, 'imported before the demo'"
        + " from generate_series(26, 40) as i"
  };

  private final Path home;
  private final EmbeddedPostgres server;

  private DemoDatabase(Path home, EmbeddedPostgres server) {
    this.home = home;
    this.server = server;
  }

  /**
   * Starts it, with a ticket table that has drifted already.
   *
   * @throws IOException if it does not start; the message says why and what to do
   */
  public static DemoDatabase start() throws IOException {
    Path home = Files.createTempDirectory("seqwarden-demo-");
    Instant before = Files.getLastModifiedTime(home).toInstant();
    // Else the library also makes a folder with a fixed name, which nobody deletes.
    System.setProperty("ot.epg.working-dir", home.resolve("library").toString());
    EmbeddedPostgres server;
    try {
      server =
          EmbeddedPostgres.builder()
              .setPgBinaryResolver(DemoDatabase::packedServer)
              .setOverrideWorkingDirectory(home.resolve("binaries").toFile())
              .setDataDirectory(home.resolve("data"))
              .setRegisterShutdownHook(false)
              .setPGStartupWait(Duration.ofSeconds(30))
              .setLocaleConfig("locale", "C")
              .setServerConfig("listen_addresses", "127.0.0.1")
              .setServerConfig("unix_socket_directories", "")
              .setServerConfig("fsync", "off")
              .start();
    } catch (IOException | IllegalStateException failure) {
      delete(home);
      throw new IOException(
          "The demo's PostgreSQL does not start: %s. As root it needs `unshare -U`, which some containers forbid: run the demo as an ordinary user, or allow user namespaces"
              .formatted(failure.getMessage()),
          failure);
    }
    deleteScripts(home.resolveSibling("."), before);
    DemoDatabase database = new DemoDatabase(home, server);
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : SCHEMA) {
        statement.execute(sql);
      }
      return database;
    } catch (SQLException failure) {
      database.close();
      throw new IOException("The ticket table cannot be made: " + failure.getMessage(), failure);
    }
  }

  /**
   * The library asks a script which Linux this is, and leaves its deletion to the JVM's exit, which
   * the stop of the daemon does not reach.
   */
  private static void deleteScripts(Path folder, Instant since) {
    try (DirectoryStream<Path> scripts =
        Files.newDirectoryStream(folder, "detect_linux_distribution_*.sh")) {
      for (Path script : scripts) {
        if (!Files.getLastModifiedTime(script).toInstant().isBefore(since)) {
          Files.deleteIfExists(script);
        }
      }
    } catch (IOException left) {
      LOG.debug("A script of the embedded PostgreSQL is left in {}", folder, left);
    }
  }

  /** Names the server for this machine without asking which Linux it runs. */
  private static InputStream packedServer(String system, String architecture) throws IOException {
    String machine = architecture.matches("aarch64|arm64") ? "arm_64" : "x86_64";
    String name = "/postgres-%s-%s.txz".formatted(system.toLowerCase(Locale.ROOT), machine);
    InputStream packed = DemoDatabase.class.getResourceAsStream(name);
    if (packed == null) {
      throw new IOException(
          "this build holds no PostgreSQL for %s on %s: build it on such a machine, or start your own and use --url"
              .formatted(system, architecture));
    }
    return packed;
  }

  /** Its JDBC URL, without a user. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres";
  }

  Connection connect() throws SQLException {
    return server.getPostgresDatabase().getConnection();
  }

  /** Stops the server and deletes its files. */
  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } finally {
      delete(home);
    }
  }

  private static void delete(Path root) {
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                throws IOException {
              Files.deleteIfExists(folder);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
