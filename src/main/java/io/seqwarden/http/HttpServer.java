package io.seqwarden.http;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.seqwarden.report.Journal;
import io.seqwarden.sweep.DatabaseWatch;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the API, the metrics and the page. Thread-safe; started and closed once. */
public final class HttpServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  /**
   * Encoded slashes and percent signs occur in quoted names. Everything else that makes a path
   * ambiguous is answered by Jetty with 400.
   */
  private static final UriCompliance URIS =
      UriCompliance.DEFAULT.with(
          "seqwarden",
          UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
          UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
          UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS,
          UriCompliance.Violation.AMBIGUOUS_PATH_SEGMENT,
          UriCompliance.Violation.AMBIGUOUS_PATH_PARAMETER);

  /**
   * Each answer is copied through a buffer made for it. Most are shorter than this; Javalin's own
   * 32 kB would be two fifths of what a sync makes, and collections are its slowest calls.
   */
  private static final int COPY_BYTES = 4_096;

  private final HttpSettings settings;
  private final InetAddress address;
  private final Listener listener;
  private final ServerLimits limits;
  private final QueuedThreadPool threads;
  private final WriteRoutes writes;
  private final List<Route> routes;
  private final Javalin javalin;
  private volatile Access access;
  private volatile int port;

  /**
   * A server that is still to be started.
   *
   * @param settings where it listens and who gets in
   * @param databases what it shows and repairs
   * @param journal what is known of them
   * @param metrics what {@code /metrics} serves
   * @param reload reads the configuration again
   * @param clock tells ages on the page
   * @param serverHook is given Jetty's server before it starts, to insert a handler that times
   *     requests, for example
   * @throws CannotStartException where the settings allow no start
   */
  public HttpServer(
      HttpSettings settings,
      DatabaseWatch.All databases,
      Journal journal,
      MetricsExposition metrics,
      Reload reload,
      Clock clock,
      Consumer<Server> serverHook) {
    this(settings, databases, journal, metrics, reload, clock, serverHook, ServerLimits.DEFAULT);
  }

  HttpServer(
      HttpSettings settings,
      DatabaseWatch.All databases,
      Journal journal,
      MetricsExposition metrics,
      Reload reload,
      Clock clock,
      Consumer<Server> serverHook,
      ServerLimits limits) {
    this.settings = settings;
    this.address = resolve(settings.host());
    if (!isLoopback() && settings.token().isEmpty()) {
      throw new CannotStartException(
          ("http.host is %s, which other machines can reach, and http.token-file is not set:"
                  + " everybody there could read and repair. Set http.token-file, or"
                  + " http.host = \"127.0.0.1\".")
              .formatted(settings.host()));
    }
    this.limits = limits;
    this.listener =
        new Listener(address.getHostAddress(), settings.port(), limits.idle(), settings.tls());
    this.threads = new QueuedThreadPool(limits.maxThreads(), 4, 60_000);
    threads.setName("http");
    ReadRoutes reads = new ReadRoutes(databases, journal);
    this.writes = new WriteRoutes(new Watched(databases), reads, reload, clock, limits, threads);
    this.access = new Access(settings, isLoopback());
    PageRoute pages = new PageRoute(databases, journal, reads, () -> access.posting(), clock);
    this.routes = Routes.all(reads, writes, new HealthRoutes(databases), pages, metrics);
    this.javalin =
        Javalin.create(
            config -> {
              configure(config, serverHook);
              Failures.register(config, pages);
            });
  }

  /**
   * Begins to listen.
   *
   * @return the port
   * @throws CannotStartException where the address is not to be had, for example because the port
   *     is in use
   */
  public int start() {
    try {
      javalin.start();
    } catch (RuntimeException e) {
      throw new CannotStartException(
          "Cannot listen on http.host = %s, http.port = %d: %s. Free that port or set another."
              .formatted(settings.host(), settings.port(), rootMessage(e)),
          e);
    }
    port = javalin.port();
    return port;
  }

  /** When the certificate that is shown expires; empty without TLS. */
  public Optional<Instant> certificateExpires() {
    return listener.expires();
  }

  /**
   * Lets in whom {@code changed} says and shows its certificate, from now on. The address stays as
   * it is, and TLS on or off.
   *
   * @return the keys that differ and take effect at the next start only
   */
  public List<String> change(HttpSettings changed) {
    List<String> restart = new ArrayList<>();
    if (!changed.host().equals(settings.host())) {
      restart.add("http.host");
    }
    if (changed.port() != settings.port()) {
      restart.add("http.port");
    }
    if (changed.tls().isPresent() != listener.isSecure()) {
      restart.add("http.tls");
    } else {
      changed.tls().ifPresent(listener::show);
    }
    boolean opened = !isLoopback() && changed.token().isEmpty();
    if (opened) {
      // Valid beside a loopback address, on which this does not listen yet.
      restart.add("http.token-file");
      restart.add("http.hosts");
    } else {
      access = new Access(changed.at(settings.host(), settings.port()), isLoopback());
    }
    return restart;
  }

  private boolean isLoopback() {
    return address.isLoopbackAddress();
  }

  /** The port that it listens on; 0 before the start. */
  public int port() {
    return port;
  }

  /** The page's address, for people. */
  public URI uri() {
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return URI.create((listener.isSecure() ? "https://" : "http://") + host + ":" + port() + "/");
  }

  /** Stops listening, gives requests under way a few seconds, and ends. */
  @Override
  public void close() {
    try {
      writes.stopWaiting(limits.stop().multipliedBy(2).dividedBy(3));
      // Not by way of Javalin, to which a request that had to be cut off is an error.
      javalin.jettyServer().server().stop();
    } catch (Exception e) {
      LOG.warn(
          "stopped; requests that still waited after {} s were cut off: {}",
          limits.stop().toSeconds(),
          e.toString());
    }
  }

  /** What it serves. */
  List<Route> routes() {
    return routes;
  }

  private void configure(JavalinConfig config, Consumer<Server> serverHook) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.prefer405over404 = true;
    config.http.maxRequestSize = limits.maxBodyBytes();
    config.http.responseBufferSize = COPY_BYTES;
    configureJetty(config, serverHook);
    config.routes.before(ctx -> SecurityHeaders.ALL.forEach((name, v) -> ctx.header(name, v)));
    config.routes.before(ctx -> access.check(ctx));
    config.routes.before(this::checkBody);
    for (Route route : routes) {
      config.routes.addHttpHandler(route.method(), route.path(), route.handler());
      if (route.method().equals(HandlerType.GET)) {
        // Javalin would answer HEAD with 200 whatever GET says, the probes' 503 included.
        config.routes.addHttpHandler(HandlerType.HEAD, route.path(), route.handler());
      }
    }
  }

  private void configureJetty(JavalinConfig config, Consumer<Server> serverHook) {
    config.jetty.threadPool = threads;
    config.jetty.modifyServer(
        server -> {
          server.setErrorHandler(new JettyProblems());
          server.setStopTimeout(limits.stop().toMillis());
          server.insertHandler(new GracefulHandler());
          NetworkConnectionLimit connections =
              new NetworkConnectionLimit(limits.maxConnections(), server);
          // Once full, who is silent makes room at once.
          connections.setEndPointIdleTimeout(1_000);
          server.addBean(connections);
        });
    config.jetty.modifyServer(serverHook);
    config.jetty.modifyServletContextHandler(
        context -> context.setErrorHandler(new JettyProblems()));
    config.jetty.modifyHttpConfiguration(this::configureHttp);
    config.jetty.addConnector(listener::connector);
  }

  private void configureHttp(HttpConfiguration http) {
    http.setUriCompliance(URIS);
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    http.setRequestHeaderSize(limits.maxHeaderBytes());
    // Bodies are ignored: what came along with the request is skipped, the rest ends the
    // connection.
    http.setMaxUnconsumedRequestContentReads(1);
  }

  private void checkBody(Context ctx) {
    if (ctx.req().getContentLengthLong() > limits.maxBodyBytes()) {
      throw Problem.of(
              413,
              "The body is longer than %d bytes. No route here reads one: leave it out."
                  .formatted(limits.maxBodyBytes()))
          .withHeader("Connection", "close")
          .exception();
    }
  }

  private static InetAddress resolve(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new CannotStartException(
          "http.host is %s, which no address is known for. Set an address of this machine."
              .formatted(host),
          e);
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /** The server cannot start; the message says why and what to do. */
  public static final class CannotStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CannotStartException(String message) {
      super(message);
    }

    CannotStartException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
