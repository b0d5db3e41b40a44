package io.seqwarden.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The server's own load generator, where it is installed. */
final class PgBench {

  private static final String PROGRAM = "pgbench";
  private static final Pattern TPS = Pattern.compile("(?m)^tps = ([0-9.]+)");

  private final String host;
  private final int port;
  private final Path script;

  /**
   * For one server.
   *
   * @param host its name, or the folder of its socket
   * @param script the statement of each transaction
   */
  PgBench(String host, int port, Path script) {
    this.host = host;
    this.port = port;
    this.script = script;
  }

  static boolean isThere() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, PROGRAM)));
  }

  static String version() throws IOException, InterruptedException {
    return output(List.of(PROGRAM, "--version")).strip();
  }

  /** Seconds a transaction, of one client that prepares its statement. */
  double run(String database, int transactions) throws IOException, InterruptedException {
    String output =
        output(
            Arrays.asList(
                PROGRAM,
                "--no-vacuum",
                "--protocol=prepared",
                "--client=1",
                "--transactions=" + transactions,
                "--file=" + script,
                "--host=" + host,
                "--port=" + port,
                "--username=postgres",
                database));
    return Optional.of(TPS.matcher(output))
        .filter(Matcher::find)
        .map(found -> 1 / Double.parseDouble(found.group(1)))
        .orElseThrow(() -> new IOException(output));
  }

  private static String output(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(output);
    }
    return output;
  }
}
