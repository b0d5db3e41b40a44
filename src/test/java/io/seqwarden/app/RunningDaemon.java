package io.seqwarden.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seqwarden.config.Configuration;
import io.seqwarden.config.ConfigurationLoader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** The daemon as {@code run} wires it, in this JVM, and a client of its API. */
public final class RunningDaemon implements AutoCloseable {

  /** POST routes take no token. */
  static final String OPEN = "port = 0, anonymous-sync = true";

  private final Daemon daemon;
  private final Path file;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ObjectMapper json = new ObjectMapper();

  private RunningDaemon(Daemon daemon, Path file) {
    this.daemon = daemon;
    this.file = file;
  }

  /**
   * Starts one whose POST routes take no token.
   *
   * @param databases what stands within {@code databases { }}
   */
  public static RunningDaemon start(Path folder, String databases) throws IOException {
    return start(folder, "", databases);
  }

  /**
   * The same.
   *
   * @param settings what else stands within {@code seqwarden { }}
   */
  public static RunningDaemon start(Path folder, String settings, String databases)
      throws IOException {
    return configured(folder, OPEN, settings, databases);
  }

  /** Starts one that listens on {@code host} and whose POST routes take {@code token}. */
  public static RunningDaemon start(Path folder, String host, String token, String databases)
      throws IOException {
    Files.writeString(folder.resolve("token"), token);
    return startWith(
        folder, "port = 0, host = \"%s\", token-file = token".formatted(host), databases);
  }

  /**
   * Starts one.
   *
   * @param http what stands within {@code http { }}
   */
  public static RunningDaemon startWith(Path folder, String http, String databases)
      throws IOException {
    return configured(folder, http, "", databases);
  }

  private static RunningDaemon configured(
      Path folder, String http, String settings, String databases) throws IOException {
    Path file = folder.resolve("seqwarden.conf");
    write(file, http, settings, databases);
    Configuration configuration = Target.load(file);
    return new RunningDaemon(
        Daemon.start(configuration, () -> ConfigurationLoader.load(file), Clock.systemUTC()), file);
  }

  /** Writes another configuration in place of that which it was started with. */
  public void rewrite(String http, String databases) throws IOException {
    write(file, http, "", databases);
  }

  private static void write(Path file, String http, String settings, String databases)
      throws IOException {
    Files.writeString(
        file,
        "seqwarden { http { %s }\n%s\n databases {\n%s\n} }\n"
            .formatted(http, settings, databases));
  }

  /** A database that is swept every second, healed and guarded; its URL names the user. */
  public static String database(String name, String url) {
    return "%s { url = \"%s\", every = 1s, mode = heal, guard = ensure }\n".formatted(name, url);
  }

  /** Where it listens. */
  public URI page() {
    return daemon.page();
  }

  public HttpResponse<String> get(String path) {
    return send(request(path).GET());
  }

  public HttpResponse<String> post(String path) {
    return send(request(path).POST(HttpRequest.BodyPublishers.noBody()));
  }

  /** POSTs with a token. */
  public HttpResponse<String> post(String path, String token) {
    return send(
        request(path)
            .header("Authorization", "Bearer " + token)
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  /** The answer to a GET as JSON. */
  public JsonNode json(String path) {
    return json(get(path));
  }

  /** An answer as JSON. */
  public JsonNode json(HttpResponse<String> answer) {
    try {
      return json.readTree(answer.body());
    } catch (IOException e) {
      throw new AssertionError(answer.body(), e);
    }
  }

  /**
   * The value of a series.
   *
   * @param series name and labels as the Prometheus text has them; one that is absent is 0
   */
  public double metric(String series) {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .sum();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(daemon.page().resolve(path)).timeout(Duration.ofSeconds(30));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    daemon.close();
  }
}
