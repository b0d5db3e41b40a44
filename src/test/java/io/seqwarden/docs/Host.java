package io.seqwarden.docs;

import io.seqwarden.testing.Program;
import io.seqwarden.testing.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * The machine that the pages speak of, in a folder: seqwarden installed from the classes that are
 * being tested, its configuration, a shell, and as much of systemctl as the pages use. Closing it
 * stops the service.
 */
final class Host implements AutoCloseable {

  private static final String PAGE = "docs/operations.md";
  private static final Path OPTIONS = Path.of("src/main/jvm/jvm.options");
  private static final Path UNIT = Path.of("conf/seqwarden.service");
  private static final String READY =
      "until curl -fs http://127.0.0.1:8787/readyz >ready; do sleep 0.2; done";

  private final Path folder;
  private final Shell shell;
  private final int port;

  private Host(Path folder, Shell shell, int port) {
    this.folder = folder;
    this.shell = shell;
    this.port = port;
  }

  /**
   * One with seqwarden installed and nothing running; skips the test where programs are missing.
   */
  static Host create(Path folder) throws IOException {
    Program.assumeThere("curl", "curl");
    Program.assumeThere("psql", "postgresql-client");
    for (String each : List.of("installed", "configured", "bin")) {
      Files.createDirectories(folder.resolve(each));
    }
    Host host = new Host(folder, new Shell(folder), freePort());
    host.shell.place("/opt/seqwarden", folder.resolve("installed").toString());
    host.shell.place("/etc/seqwarden", folder.resolve("configured").toString());
    host.shell.place("127.0.0.1:8787", "127.0.0.1:" + host.port);
    host.shell.path(Path.of(System.getProperty("java.home"), "bin"));
    host.shell.path(folder.resolve("bin"));
    host.install("installed");
    Files.writeString(folder.resolve("configured/token"), "a-token-of-the-test");
    host.writeSystemctl();
    return host;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  Shell shell() {
    return shell;
  }

  /**
   * Puts jar and options into a folder.
   *
   * @param instead folders whose files take the place of those of the same name
   */
  void install(String into, Path... instead) throws IOException {
    Path target = Files.createDirectories(folder.resolve(into));
    Files.write(target.resolve("jvm.options"), Files.readAllLines(OPTIONS));
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "io.seqwarden.app.Main");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath(instead));
    try (JarOutputStream jar =
        new JarOutputStream(Files.newOutputStream(target.resolve("seqwarden.jar")), manifest)) {
      jar.finish();
    }
  }

  /** Without the tests' own settings of the log. */
  private static String classPath(Path... instead) {
    String tested =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> entries = new ArrayList<>();
    Arrays.stream(instead).forEach(path -> entries.add(path.toUri().toString()));
    Arrays.stream(tested.split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty() && !entry.endsWith("test-classes"))
        .forEach(entry -> entries.add(Path.of(entry).toUri().toString()));
    return String.join(" ", entries);
  }

  private void writeSystemctl() throws IOException {
    String command =
        Files.readAllLines(UNIT).stream()
            .filter(line -> line.startsWith("ExecStart="))
            .map(line -> line.replace("ExecStart=/usr/bin/java", "java"))
            .findFirst()
            .orElseThrow();
    Path systemctl =
        Files.writeString(
            folder.resolve("bin/systemctl"),
            shell.here(
                """
                #!/bin/sh
                case "$*" in
                  'start seqwarden')
                    %s >>log 2>&1 </dev/null &
                    echo $! >pid ;;
                  'stop seqwarden' | 'disable --now seqwarden')
                    pid=$(cat pid)
                    kill "$pid"
                    while kill -0 "$pid" 2>/dev/null && ! grep -qs '^State:.Z' "/proc/$pid/status"
                    do sleep 0.1; done
                    rm pid ;;
                  *)
                    echo "systemctl $*?" >&2
                    exit 1 ;;
                esac
                """
                    .formatted(command)));
    if (!systemctl.toFile().setExecutable(true)) {
      throw new IOException(systemctl + " cannot be made executable");
    }
  }

  /** What the page of operations defines, with a database of a test as the one that it is about. */
  void define(TestDatabase db) {
    define("127.0.0.1:" + db.port() + "/" + db.name());
  }

  /**
   * The same.
   *
   * @param database its address, port and name
   */
  void define(String database) {
    shell.place("db.example.org:5432/app", database);
    shell.place("db.example.org:5432/postgres", database.replaceFirst("/.*", "/postgres"));
    try (Procedure definitions = Procedure.of(PAGE, "Before you paste")) {
      shell.define(definitions.command());
    }
  }

  /** Writes the configuration: how this machine listens, and what a page or a test has. */
  void configure(String configuration) throws IOException {
    Files.writeString(
        folder.resolve("configured/seqwarden.conf"),
        "seqwarden.http { port = %d, token-file = token }\n%s"
            .formatted(port, shell.here(configuration)));
  }

  /** Starts the service and waits until it is ready. */
  void start() throws IOException, InterruptedException {
    shell.succeed("systemctl start seqwarden");
    try {
      shell.succeed(READY);
    } catch (AssertionError notReady) {
      throw new AssertionError(Files.readString(folder.resolve("log")), notReady);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      if (Files.exists(folder.resolve("pid"))) {
        shell.succeed("systemctl stop seqwarden");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
