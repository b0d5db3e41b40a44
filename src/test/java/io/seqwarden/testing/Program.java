package io.seqwarden.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;

/** Programs that tests call where they are installed. */
public final class Program {

  private Program() {}

  /**
   * What a program did.
   *
   * @param exit its exit code
   * @param output what it printed, errors included
   */
  public record Outcome(int exit, String output) {}

  /** Skips the test, naming the program and how to get it, where it is not on the path. */
  public static void assumeThere(String program, String debianPackage) {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    boolean there =
        Stream.concat(Arrays.stream(path.split(":", -1)), Stream.of("/usr/sbin"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    assumeTrue(there, program + " is not installed here; Debian has it in " + debianPackage);
  }

  /** Runs one to its end. */
  public static Outcome run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }
}
