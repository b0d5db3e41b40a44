package io.seqwarden.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged demo, told to stop: whenever that is, it ends with 0 and leaves nothing. */
class StopIT {

  private static Process demo(Path temporary, Path log) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + System.getProperty("seqwarden.jvmOptions"),
            "-Djava.io.tmpdir=" + temporary,
            "-jar",
            String.valueOf(System.getProperty("seqwarden.jar")),
            "demo",
            "--port",
            "0")
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  /** The servers of that folder: pg_ctl detaches them, so that they are no descendants. */
  private static List<ProcessHandle> servers(Path temporary) {
    return ProcessHandle.allProcesses()
        .filter(
            process ->
                process
                    .info()
                    .commandLine()
                    .filter(command -> command.contains("postgres"))
                    .filter(command -> command.contains(temporary.toString()))
                    .filter(command -> !command.contains("java.io.tmpdir"))
                    .isPresent())
        .toList();
  }

  @Test
  void aDemoThatIsStillStartingLeavesNothing(@TempDir Path folder) throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Path log = folder.resolve("log");
    Process process = demo(temporary, log);
    try {
      await().atMost(Duration.ofSeconds(60)).until(() -> !entries(temporary).isEmpty());

      process.destroy();

      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(log)).isZero();
      assertThat(entries(temporary)).isEmpty();
      assertThat(servers(temporary)).isEmpty();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aDemoThatRunsStopsWithinTheBoundAndLeavesNothing(@TempDir Path folder) throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Path log = folder.resolve("log");
    Process process = demo(temporary, log);
    try {
      await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> Files.readString(log).contains("inserts work again"));
      assertThat(servers(temporary)).isNotEmpty();

      process.destroy();

      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(log)).isZero();
      assertThat(entries(temporary)).isEmpty();
      await().atMost(Duration.ofSeconds(5)).until(() -> servers(temporary).isEmpty());
    } finally {
      process.destroyForcibly();
    }
  }
}
