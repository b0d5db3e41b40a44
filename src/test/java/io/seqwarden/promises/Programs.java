package io.seqwarden.promises;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.seqwarden.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Programs of Debian that tests call where they are there. */
final class Programs {

  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");

  private Programs() {}

  /**
   * What a program did.
   *
   * @param exit its exit code
   * @param output what it printed, errors included
   */
  record Outcome(int exit, String output) {

    /** The lines that complain, without what varies. */
    List<String> complaints() {
      return output
          .lines()
          .filter(line -> line.contains("ERROR:") || line.contains("error:"))
          .map(line -> line.replaceFirst("^.*?(ERROR|error): +", ""))
          .toList();
    }
  }

  /** Skips the test, naming the program, where it is not on the path. */
  static void assumeThere(String program) {
    boolean there =
        Stream.concat(
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1)),
                Stream.of("/usr/sbin"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    assumeTrue(there, program + " is not installed here");
  }

  /** Skips the test where pg_dump and its kin are missing or older than the server. */
  static void assumeClientFor(TestDatabase db) throws IOException, InterruptedException {
    for (String program : List.of("pg_dump", "pg_restore", "psql")) {
      assumeThere(program);
    }
    Outcome version = run(db.port(), "pg_dump", "--version");
    Matcher matcher = VERSION.matcher(version.output());
    int major = matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    assumeTrue(
        major >= db.major(),
        "pg_dump is of major %d and cannot dump a server of %d".formatted(major, db.major()));
  }

  /** Runs a client program as the superuser, unless the arguments name another role. */
  static Outcome run(int port, String... command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("PGHOST", "127.0.0.1");
    builder.environment().put("PGPORT", Integer.toString(port));
    builder.environment().put("PGUSER", TestDatabase.SUPERUSER);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }
}
