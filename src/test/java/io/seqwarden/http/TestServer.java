package io.seqwarden.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seqwarden.sweep.DatabaseWatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Server;

/** A server on a free port of 127.0.0.1 over two databases in memory, and clients of it. */
final class TestServer implements AutoCloseable {

  static final String TOKEN = "correct-horse-battery-staple";
  static final ObjectMapper JSON = new ObjectMapper();

  static final HttpSettings OPEN = settings("127.0.0.1", Optional.empty(), true);
  static final HttpSettings CLOSED = settings("127.0.0.1", Optional.empty(), false);
  static final HttpSettings WITH_TOKEN =
      settings("127.0.0.1", Optional.of(new Token(TOKEN)), false);

  final MemoryWatch app = new MemoryWatch("app");
  final MemoryWatch shop = new MemoryWatch("shop");
  final MemoryJournal journal = new MemoryJournal();
  volatile Optional<String> stalled = Optional.empty();
  volatile boolean metricsBroken;
  volatile Reload.Outcome reloaded =
      new Reload.Outcome.Applied(
          List.of("new"), List.of("shop"), List.of(), List.of("app"), List.of("http.port"));

  private final HttpServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  TestServer(HttpSettings settings) {
    this(settings, ServerLimits.DEFAULT, jetty -> {});
  }

  TestServer(HttpSettings settings, ServerLimits limits, Consumer<Server> hook) {
    server =
        new HttpServer(
            settings,
            new Databases(),
            journal,
            new Metrics(),
            by -> CompletableFuture.completedFuture(reloaded),
            Clock.fixed(Samples.NOW, ZoneOffset.UTC),
            hook,
            limits);
    server.start();
  }

  static HttpSettings settings(String host, Optional<Token> token, boolean anonymousSync) {
    return new HttpSettings(host, 0, token, anonymousSync, List.of("seq.example.com"));
  }

  HttpServer server() {
    return server;
  }

  HttpResponse<String> get(String path, String... headers) {
    return send(request(path, headers).GET());
  }

  HttpResponse<String> post(String path, String... headers) {
    return send(request(path, headers).POST(HttpRequest.BodyPublishers.noBody()));
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .timeout(Duration.ofSeconds(30));
    return headers.length == 0 ? builder : builder.headers(headers);
  }

  /** What the server answers to {@code request}, until it closes the connection. */
  String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The lines of a request that ends the connection, as they go over the wire. */
  static String lines(String... lines) {
    return String.join("\r\n", lines) + "\r\nConnection: close\r\n\r\n";
  }

  static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new AssertionError(response.body(), e);
    }
  }

  /** The problem's detail, after a look at its form. */
  static String problem(HttpResponse<String> response, int status) {
    JsonNode problem = json(response);
    if (response.statusCode() != status
        || problem.path("status").asInt() != status
        || !problem.path("type").asText().equals("about:blank")
        || problem.path("title").asText().isEmpty()
        || !response
            .headers()
            .firstValue("Content-Type")
            .equals(Optional.of("application/problem+json"))) {
      throw new AssertionError(response + " " + response.headers().map() + " " + response.body());
    }
    return problem.path("detail").asText();
  }

  @Override
  public void close() {
    server.close();
  }

  private final class Databases implements DatabaseWatch.All {
    @Override
    public List<DatabaseWatch> databases() {
      return List.of(app, shop);
    }

    @Override
    public Optional<DatabaseWatch> database(String name) {
      return databases().stream().filter(watch -> watch.name().equals(name)).findFirst();
    }

    @Override
    public Optional<String> stalled() {
      return stalled;
    }
  }

  private final class Metrics implements MetricsExposition {
    @Override
    public String contentType(String accept) {
      return accept.contains("openmetrics")
          ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
          : "text/plain; version=0.0.4; charset=utf-8";
    }

    @Override
    public String scrape(String accept) {
      if (metricsBroken) {
        throw new IllegalStateException("secret detail");
      }
      return "seqwarden_up 1\n";
    }
  }
}
