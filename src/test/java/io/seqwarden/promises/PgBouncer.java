package io.seqwarden.promises;

import static org.awaitility.Awaitility.await;

import io.seqwarden.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A PgBouncer in transaction mode in front of one database, with two server connections. */
final class PgBouncer implements AutoCloseable {

  private final Process process;
  private final Path folder;
  private final int port;
  private final String database;

  private PgBouncer(Process process, Path folder, int port, String database) {
    this.process = process;
    this.folder = folder;
    this.port = port;
    this.database = database;
  }

  /** Starts it for one role, or skips the test where there is no PgBouncer. */
  static PgBouncer start(TestDatabase db, String role) throws IOException {
    Programs.assumeThere("pgbouncer");
    Path folder = Files.createTempDirectory("seqwarden-test-pgbouncer-");
    int port = freePort();
    Path users = Files.writeString(folder.resolve("users"), "\"%s\" \"\"%n".formatted(role));
    Path configuration =
        Files.writeString(
            folder.resolve("pgbouncer.ini"),
            """
            [databases]
            * = host=127.0.0.1 port=%d
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = %d
            unix_socket_dir =
            auth_type = trust
            auth_file = %s
            pool_mode = transaction
            default_pool_size = 2
            """
                .formatted(db.port(), port, users));
    Process process =
        new ProcessBuilder(command(folder, configuration))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    PgBouncer bouncer = new PgBouncer(process, folder, port, db.name());
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> bouncer.answers(role) || !process.isAlive());
    if (!process.isAlive()) {
      String log = Files.readString(folder.resolve("log"));
      bouncer.close();
      throw new IOException("PgBouncer did not start: " + log);
    }
    return bouncer;
  }

  /** It refuses to run as root, who therefore runs it as nobody. */
  private static List<String> command(Path folder, Path configuration) throws IOException {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      Programs.assumeThere("setpriv");
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      command.addAll(
          List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"));
    }
    command.addAll(List.of("pgbouncer", configuration.toString()));
    return command;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean answers(String role) throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl() + "?user=" + role)) {
      return connection.isValid(1);
    }
  }

  /** The database's URL through it, without a user. */
  String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
