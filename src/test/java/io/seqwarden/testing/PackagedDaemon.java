package io.seqwarden.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The packaged jar as a process of its own, under the packaged options. Its POST routes take no
 * token. Not thread-safe.
 */
public final class PackagedDaemon implements AutoCloseable {

  private static final Pattern SERVES = Pattern.compile("serves (http://127\\.0\\.0\\.1:\\d+/)");

  private final Process process;
  private final Path log;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI page;

  private PackagedDaemon(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.page = awaitPage();
  }

  /** The command line up to the command: {@code java @jvm.options -jar seqwarden.jar}. */
  public static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + System.getProperty("seqwarden.jvmOptions", "target/jvm.options"));
    command.add("-jar");
    command.add(System.getProperty("seqwarden.jar", "target/seqwarden.jar"));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Whether the jar is there, which {@code mvn package} makes. */
  public static boolean isPackaged() {
    return Files.exists(Path.of(System.getProperty("seqwarden.jar", "target/seqwarden.jar")));
  }

  /**
   * Starts one and waits until it listens.
   *
   * @param settings what stands within {@code seqwarden { }} besides {@code http}
   */
  public static PackagedDaemon start(Path folder, String settings) throws IOException {
    Path file = folder.resolve("packaged.conf");
    Files.writeString(
        file, "seqwarden { http { port = 0, anonymous-sync = true }\n%s\n}\n".formatted(settings));
    Path log = folder.resolve("packaged.log");
    Process process =
        new ProcessBuilder(command("run", "-c", file.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new PackagedDaemon(process, log);
  }

  private URI awaitPage() {
    await()
        .pollInterval(Duration.ofMillis(10))
        .atMost(Duration.ofMinutes(2))
        .until(() -> !process.isAlive() || SERVES.matcher(Files.readString(log)).find());
    try {
      Matcher matcher = SERVES.matcher(Files.readString(log));
      if (!matcher.find()) {
        throw new AssertionError("It does not start: " + Files.readString(log));
      }
      return URI.create(matcher.group(1));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** The address of its page. */
  public URI page() {
    return page;
  }

  public HttpResponse<String> get(String path) throws IOException {
    return send(HttpRequest.newBuilder(page.resolve(path)).GET());
  }

  public HttpResponse<String> post(String path) throws IOException {
    return send(
        HttpRequest.newBuilder(page.resolve(path)).POST(HttpRequest.BodyPublishers.noBody()));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return client.send(
          request.timeout(Duration.ofMinutes(2)).build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /**
   * A process' figure of Linux' {@code /proc}, in kB; 0 for a process that is gone.
   *
   * @param name as in {@code /proc/pid/status}, for example VmRSS
   */
  public static long kilobytes(long pid, String name) throws IOException {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith(name + ":"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    } catch (IOException e) {
      if (Files.exists(status)) {
        throw e;
      }
      return 0;
    }
  }

  /** How much processor time it has used. */
  public Duration cpu() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /** Ends it as an orchestrator would. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(15, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("It did not stop");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
