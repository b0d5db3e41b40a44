package io.seqwarden.docs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.seqwarden.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A server of the machine's own PostgreSQL, for what takes programs that the tests' servers come
 * without. Closing it stops what runs on its data.
 */
final class InstalledServer implements AutoCloseable {

  private static final Path DEBIANS = Path.of("/usr/lib/postgresql");

  private final Shell shell;
  private final Path programs;
  private final Path data;
  private final int port;

  private InstalledServer(Shell shell, Path programs, Path data, int port) {
    this.shell = shell;
    this.programs = programs;
    this.data = data;
    this.port = port;
  }

  /** The folders of programs, oldest major first; skips the test where there is none. */
  static List<Path> programs() throws IOException {
    List<Path> found = List.of();
    if (Files.isDirectory(DEBIANS)) {
      try (Stream<Path> majors = Files.list(DEBIANS)) {
        found =
            majors
                .filter(major -> String.valueOf(major.getFileName()).matches("\\d+"))
                .sorted(
                    Comparator.comparing(
                        major -> Integer.valueOf(String.valueOf(major.getFileName()))))
                .map(major -> major.resolve("bin"))
                .filter(bin -> Files.isExecutable(bin.resolve("pg_upgrade")))
                .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                .toList();
      }
    }
    assumeTrue(!found.isEmpty(), "no server is installed here; Debian has it in postgresql");
    return found;
  }

  /** A new, empty one, which does not run yet. Everybody may log in. */
  static InstalledServer create(Shell shell, Path programs, Path data, int port)
      throws IOException, InterruptedException {
    shell.succeedAsServersUser(
        "%s/initdb -U postgres -A trust --locale=C -E UTF8 -N -D %s".formatted(programs, data));
    Files.writeString(
        data.resolve("postgresql.conf"),
        """
        port = %d
        listen_addresses = '127.0.0.1'
        unix_socket_directories = ''
        fsync = off
        """
            .formatted(port),
        StandardOpenOption.APPEND);
    return new InstalledServer(shell, programs, data, port);
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** What will run on other data, with the same programs and on the same port. */
  InstalledServer at(Path otherData) {
    return new InstalledServer(shell, programs, otherData, port);
  }

  void start() throws IOException, InterruptedException {
    shell.succeedAsServersUser(
        "%1$s/pg_ctl start -w -D %2$s -l %2$s/start.log".formatted(programs, data));
  }

  void stop() throws IOException, InterruptedException {
    shell.succeedAsServersUser("%s/pg_ctl stop -w -m fast -D %s".formatted(programs, data));
  }

  /** What follows the host in URLs of the page: address, port and database. */
  String address(String database) {
    return "127.0.0.1:%d/%s".formatted(port, database);
  }

  /** Runs statements as the superuser, each in a transaction of its own. */
  void execute(String database, String... sql) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      for (String each : sql) {
        statement.execute(each);
      }
    }
  }

  /** The single value of a query as the superuser, as text. */
  String one(String database, String sql) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  private Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://" + address(database), TestDatabase.SUPERUSER, "");
  }

  @Override
  public void close() throws IOException {
    try {
      if (Files.exists(data.resolve("postmaster.pid"))) {
        shell.succeedAsServersUser(
            "%s/pg_ctl stop -w -m immediate -D %s".formatted(programs, data));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
