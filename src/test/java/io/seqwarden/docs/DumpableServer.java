package io.seqwarden.docs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.seqwarden.testing.PostgresServers;
import io.seqwarden.testing.Program;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which servers the machine's pg_dump can dump: none that is newer than itself. */
final class DumpableServer {

  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");

  private DumpableServer() {}

  /**
   * The newest of the tests' majors that can be dumped here; skips the test where there is none.
   *
   * @param atLeast what the test needs
   */
  static int major(int atLeast) throws IOException, InterruptedException {
    Program.assumeThere("pg_dump", "postgresql-client");
    String printed = Program.run("pg_dump", "--version").output();
    Matcher version = VERSION.matcher(printed);
    int programs = version.find() ? Integer.parseInt(version.group(1)) : 0;
    int newest =
        PostgresServers.majors().stream().filter(major -> major <= programs).reduce(0, Math::max);
    assumeTrue(
        newest >= atLeast,
        "pg_dump is of major %d, and the servers of these tests are %s; one from %d to %d is needed"
            .formatted(programs, PostgresServers.majors(), atLeast, programs));
    return newest;
  }
}
