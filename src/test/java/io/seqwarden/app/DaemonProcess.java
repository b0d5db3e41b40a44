package io.seqwarden.app;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code run} in a JVM of its own, from the classes that are being tested. */
public final class DaemonProcess implements AutoCloseable {

  private static final Pattern SERVES = Pattern.compile("serves (https?://[^/]+/)");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path log;

  private DaemonProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts one, and waits until it serves. */
  public static DaemonProcess start(Path configuration, Map<String, String> environment)
      throws IOException {
    Path log = configuration.resolveSibling("log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path"))));
    command.addAll(
        List.of("io.seqwarden.app.Main", "run", "-c", configuration.toAbsolutePath().toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    // The tests' own settings of the log are on the class path, too.
    builder.environment().put("JDK_JAVA_OPTIONS", "-Dlogback.configurationFile=logback.xml");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    DaemonProcess daemon = new DaemonProcess(process, log);
    await().atMost(PATIENCE).until(() -> !process.isAlive() || daemon.serves());
    if (!process.isAlive()) {
      throw new AssertionError(daemon.log());
    }
    return daemon;
  }

  private boolean serves() throws IOException {
    return SERVES.matcher(log()).find();
  }

  /** Where it serves. */
  public URI page() throws IOException {
    Matcher address = SERVES.matcher(log());
    if (!address.find()) {
      throw new AssertionError(log());
    }
    return URI.create(address.group(1));
  }

  /** All that it has written so far. */
  public String log() throws IOException {
    return Files.readString(log);
  }

  /** Sends a signal such as {@code HUP}. */
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
        .inheritIO()
        .start()
        .waitFor();
  }

  /** Tells it to end, and waits for that. */
  public int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("It did not stop");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
