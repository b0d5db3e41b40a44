package io.seqwarden.testing;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The embedded servers of this JVM: at most one a major, started when first asked for, stopped and
 * deleted when the JVM ends. Each JVM has ports and folders of its own, so builds can run side by
 * side. Thread-safe.
 *
 * <p>Which majors there are says the system property {@value #MAJORS_PROPERTY}; the build sets it.
 */
public final class PostgresServers {

  static final String MAJORS_PROPERTY = "seqwarden.test.postgres.majors";

  /** Where the profile {@code postgres-majors} puts the servers that are not on the class path. */
  private static final Path BINARIES = Path.of("target", "postgres-binaries");

  /** Between finding a free port and using it, anyone may take it. */
  private static final int START_ATTEMPTS = 3;

  private static final PostgresServers OF_THIS_JVM = new PostgresServers();

  /** Guarded by this. */
  private final SortedMap<Integer, Server> running = new TreeMap<>();

  /** A resolver is the library's key to the unpacked files, so each major has one. */
  private final Map<Integer, PgBinaryResolver> binaries = new ConcurrentHashMap<>();

  /** Servers that a test has to itself, stopped at the end where the test did not. */
  private final Set<PrivateServer> privates = ConcurrentHashMap.newKeySet();

  /** Made with the first server. Guarded by this. */
  private @Nullable Path workDirectory;

  private PostgresServers() {}

  /**
   * A running server.
   *
   * @param major the PostgreSQL major version, as {@code 18}
   * @param port its TCP port on 127.0.0.1
   */
  public record Server(int major, int port, EmbeddedPostgres process) {

    /** A connection as the superuser to the maintenance database. */
    Connection connect() throws SQLException {
      return process.getPostgresDatabase().getConnection();
    }
  }

  /** The configured majors, ascending; never empty. */
  public static List<Integer> majors() {
    return Arrays.stream(System.getProperty(MAJORS_PROPERTY, "18").split(",", -1))
        .map(major -> Integer.valueOf(major.strip()))
        .sorted()
        .toList();
  }

  /** The newest of the configured majors, which tests that do not ask for a major run on. */
  public static int newest() {
    List<Integer> majors = majors();
    return majors.get(majors.size() - 1);
  }

  /** The server of this major, started if need be. */
  public static Server server(int major) {
    return OF_THIS_JVM.runningServer(major);
  }

  /**
   * Starts a server that the caller has to itself and closes.
   *
   * @param settings of postgresql.conf, beside those that all servers here have
   */
  static PrivateServer startPrivate(int major, Map<String, String> settings) {
    try {
      Path home;
      synchronized (OF_THIS_JVM) {
        home = Files.createTempDirectory(OF_THIS_JVM.workDirectory(), "private");
      }
      PrivateServer server = new PrivateServer(major, home, settings, OF_THIS_JVM.privates::remove);
      OF_THIS_JVM.privates.add(server);
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL " + major + " did not start", e);
    }
  }

  private synchronized Server runningServer(int major) {
    return running.computeIfAbsent(major, this::start);
  }

  private Server start(int major) {
    try {
      Path home = Files.createDirectories(workDirectory().resolve(Integer.toString(major)));
      for (int attempt = 1; attempt < START_ATTEMPTS; attempt++) {
        try {
          return start(major, home.resolve("data" + attempt));
        } catch (IOException | IllegalStateException e) {
          // Most likely the port was taken meanwhile: the next attempt finds another.
        }
      }
      return start(major, home.resolve("data" + START_ATTEMPTS));
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL " + major + " did not start", e);
    }
  }

  private Server start(int major, Path data) throws IOException {
    EmbeddedPostgres process = builder(major, data).start();
    Server server = new Server(major, process.getPort(), process);
    try {
      requireOurs(server, data);
      return server;
    } catch (IOException e) {
      process.close();
      throw e;
    }
  }

  /** What all servers of the tests have in common. */
  static EmbeddedPostgres.Builder builder(int major, Path data) throws IOException {
    Path binaries;
    synchronized (OF_THIS_JVM) {
      binaries = OF_THIS_JVM.workDirectory().resolve("binaries-" + major);
    }
    return EmbeddedPostgres.builder()
        .setPgBinaryResolver(OF_THIS_JVM.binaries.computeIfAbsent(major, PostgresServers::binaries))
        .setOverrideWorkingDirectory(binaries.toFile())
        .setDataDirectory(data)
        .setRegisterShutdownHook(false)
        .setPGStartupWait(Duration.ofSeconds(30))
        // Sort orders and messages are not to depend on who runs the tests.
        .setLocaleConfig("locale", "C")
        .setServerConfig("listen_addresses", "127.0.0.1")
        // Its default is a socket file in a folder that all servers share.
        .setServerConfig("unix_socket_directories", "")
        .setServerConfig("max_connections", "200")
        .setServerConfig("max_prepared_transactions", "10")
        .setServerConfig("wal_level", "logical")
        .setServerConfig("track_functions", "all")
        .setServerConfig("fsync", "off")
        .setServerConfig("full_page_writes", "off")
        // The library's default is off, which is not what our users run.
        .setServerConfig("synchronous_commit", "on");
  }

  /** The server that answers on the port could be another JVM's, if both found the port free. */
  private static void requireOurs(Server server, Path data) throws IOException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select pg_catalog.current_setting('data_directory'),"
                    + " pg_catalog.current_setting('server_version_num')::int / 10000")) {
      row.next();
      if (!Files.isSameFile(Path.of(row.getString(1)), data) || row.getInt(2) != server.major()) {
        throw new IOException(
            "Port %d answers as PostgreSQL %d in %s, not as our %d in %s"
                .formatted(server.port(), row.getInt(2), row.getString(1), server.major(), data));
      }
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  private static PgBinaryResolver binaries(int major) {
    Path jar = BINARIES.resolve(major + ".jar");
    if (Files.exists(jar)) {
      return (system, architecture) -> packedServer(jar);
    }
    return (system, architecture) ->
        DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, architecture);
  }

  /** Such a jar holds one server, packed, for one platform. */
  private static InputStream packedServer(Path file) throws IOException {
    try (JarInputStream jar = new JarInputStream(Files.newInputStream(file))) {
      for (JarEntry entry = jar.getNextJarEntry(); entry != null; entry = jar.getNextJarEntry()) {
        if (entry.getName().endsWith(".txz")) {
          return new ByteArrayInputStream(jar.readAllBytes());
        }
      }
    }
    throw new NoSuchFileException(file.toString(), null, "holds no packed server (*.txz)");
  }

  private Path workDirectory() throws IOException {
    if (workDirectory == null) {
      workDirectory = Files.createTempDirectory("seqwarden-test-postgres-");
      // Else the library also makes a folder with a fixed name, which nobody deletes.
      System.setProperty("ot.epg.working-dir", workDirectory.resolve("library").toString());
      Runtime.getRuntime().addShutdownHook(new Thread(this::stopAll, "stop test servers"));
    }
    return workDirectory;
  }

  private synchronized void stopAll() {
    privates.forEach(PrivateServer::close);
    running.values().parallelStream().forEach(PostgresServers::stop);
    running.clear();
    try {
      if (workDirectory != null) {
        deleteRecursively(workDirectory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void stop(Server server) {
    try {
      server.process().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void deleteRecursively(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
