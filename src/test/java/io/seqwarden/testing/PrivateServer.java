package io.seqwarden.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL that one test has to itself, so that it may stop, kill, restart and reconfigure it,
 * and have a standby of it. It keeps its port and its data over restarts. Not thread-safe.
 */
public final class PrivateServer implements AutoCloseable {

  private static final String POSTMASTER_PID = "postmaster.pid";
  private static final long EXIT_TIMEOUT_S = 30;

  private final int major;
  private final Path home;
  private final Path data;
  private final Map<String, String> settings;
  private final Consumer<PrivateServer> closed;
  private @Nullable EmbeddedPostgres process;

  /** 0 before the first start. */
  private int port;

  PrivateServer(
      int major, Path home, Map<String, String> settings, Consumer<PrivateServer> closed) {
    this.major = major;
    this.home = home;
    this.data = home.resolve("data");
    this.settings = new HashMap<>(settings);
    this.closed = closed;
  }

  /**
   * Starts a fresh server.
   *
   * @param settings of postgresql.conf, which win over those that all servers of the tests have;
   *     values without white space
   */
  public static PrivateServer start(int major, Map<String, String> settings) {
    return PostgresServers.startPrivate(major, settings);
  }

  /** Starts it again after {@link #stop} or {@link #kill}, on the same port and data. */
  public void start() throws IOException {
    EmbeddedPostgres.Builder builder =
        PostgresServers.builder(major, data).setCleanDataDirectory(false);
    settings.forEach(builder::setServerConfig);
    if (port > 0) {
      builder.setPort(port);
    }
    process = builder.start();
    port = process.getPort();
  }

  /** Stops it cleanly and keeps its data. */
  public void stop() throws IOException {
    if (process != null) {
      process.close();
      process = null;
    }
  }

  /** Kills the postmaster and all its children with SIGKILL, as a crash of the machine would. */
  public void kill() throws IOException {
    long pid = Long.parseLong(Files.readAllLines(data.resolve(POSTMASTER_PID)).get(0).strip());
    ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
    List<ProcessHandle> all = new ArrayList<>(List.of(postmaster));
    postmaster.descendants().forEach(all::add);
    all.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle one : all) {
      try {
        one.onExit().get(EXIT_TIMEOUT_S, TimeUnit.SECONDS);
      } catch (InterruptedException | TimeoutException | ExecutionException e) {
        throw new IOException("Process " + one.pid() + " of PostgreSQL did not end", e);
      }
    }
    // The library holds a lock on the folder, and would wait for a server that is gone.
    Files.deleteIfExists(data.resolve(POSTMASTER_PID));
    stop();
  }

  /** Sets a setting for the next {@link #start}. */
  public void configure(String name, String value) {
    settings.put(name, value);
  }

  /** A running hot standby of this server, which is restarted for that. Close the standby too. */
  public PrivateServer standby() throws IOException {
    stop();
    Path standbyHome =
        Files.createDirectories(home.resolveSibling(home.getFileName() + "-standby"));
    PrivateServer standby = new PrivateServer(major, standbyHome, settings, closed);
    copyRecursively(data, standby.data);
    start();
    Files.createFile(standby.data.resolve("standby.signal"));
    // The library passes settings on a command line, where this value's spaces would be lost.
    Files.writeString(
        standby.data.resolve("postgresql.auto.conf"),
        "primary_conninfo = 'host=127.0.0.1 port=%d user=postgres'%n".formatted(port));
    standby.start();
    return standby;
  }

  /** Makes a standby a primary, and waits until it is. */
  public void promote() throws SQLException {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("select pg_catalog.pg_promote(true, 30)");
    }
  }

  public int port() {
    return port;
  }

  /** The URL of a database, without a user. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
  }

  /** A session of the superuser. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(database), TestDatabase.SUPERUSER, "");
  }

  /** Runs statements as the superuser, each in a transaction of its own. */
  public void execute(String database, String... sql) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      for (String each : sql) {
        statement.execute(each);
      }
    }
  }

  @Override
  public void close() {
    try {
      stop();
      if (Files.exists(home)) {
        PostgresServers.deleteRecursively(home);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      closed.accept(this);
    }
  }

  private static void copyRecursively(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(
                folder,
                to.resolve(from.relativize(folder).toString()),
                StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(
                file,
                to.resolve(from.relativize(file).toString()),
                StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
