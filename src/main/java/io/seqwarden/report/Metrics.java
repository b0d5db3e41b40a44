package io.seqwarden.report;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jetty.JettyServerThreadPoolMetrics;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.jetty12.server.DefaultJettyCoreRequestTagsProvider;
import io.micrometer.jetty12.server.JettyCoreRequestTagsProvider;
import io.micrometer.jetty12.server.TimedHandler;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Info;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Reason;
import io.seqwarden.postgres.PooledDatabase;
import io.seqwarden.sweep.DatabaseWatch;
import io.seqwarden.sweep.SweepListener;
import io.seqwarden.sweep.SweepReport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;

/** The contract's metrics, in one Prometheus registry. Thread-safe. */
public final class Metrics implements SweepListener, AutoCloseable {

  private static final String OPEN_METRICS = "application/openmetrics-text";
  private static final String TEXT = "text/plain";
  private static final String ADVANCES = "seqwarden.advances";

  /** Names that promtool's linter dislikes; nobody needs them. */
  private static final Set<String> DENIED = Set.of("process.cpu.time", "system.cpu.count");

  /** Of RFC 9110 and RFC 5789. */
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

  private static final JettyCoreRequestTagsProvider REQUEST_TAGS =
      new DefaultJettyCoreRequestTagsProvider();

  private static final Duration[] SWEEP_BUCKETS = {
    Duration.ofMillis(10),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofSeconds(60)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
  private volatile MetricsSettings settings;
  private final Instant createdAt;
  private final Clock clock;
  private final SequenceCollector sequences;

  /** Sequences that have counters of their own, by database. Guarded by itself. */
  private final Map<String, Set<String>> counted = new HashMap<>();

  /** Metrics of this process. */
  public Metrics(MetricsSettings settings, String version, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.createdAt = clock.instant();
    this.sequences = new SequenceCollector(settings.maxSequences(), clock);
    registry.config().meterFilter(MeterFilter.deny(id -> DENIED.contains(id.getName())));
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    garbageCollection.bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    Info info =
        Info.builder()
            .name("seqwarden_build_info")
            .help("The running version.")
            .labelNames("version", "java")
            .build();
    info.setLabelValues(version, Runtime.version().toString());
    registry.getPrometheusRegistry().register(info);
    registry.getPrometheusRegistry().register(sequences);
  }

  /** Shows how {@code databases} stand, asked at every scrape. */
  public void watch(List<DatabaseWatch> databases) {
    for (DatabaseWatch database : databases) {
      status(
          database,
          "seqwarden.database.up",
          "Whether the database was reached last time.",
          watch -> watch.status().up() ? 1 : 0);
      status(
          database,
          "seqwarden.database.is.primary",
          "Whether it was a primary then.",
          watch ->
              watch.status().role().filter(SweepReport.Role.PRIMARY::equals).isPresent() ? 1 : 0);
      status(
          database,
          "seqwarden.database.paused",
          "Whether sweeps and advances are paused.",
          watch -> watch.status().paused() ? 1 : 0);
      status(
          database,
          "seqwarden.sweep.interval.seconds",
          "How far scheduled sweeps lie apart.",
          watch -> watch.interval().map(i -> i.toMillis() / 1000.0).orElse(Double.NaN));
      for (SweepReport.Outcome outcome : SweepReport.Outcome.values()) {
        sweeps(database.name(), outcome);
      }
    }
  }

  /** Takes other bounds from now on. */
  public void change(MetricsSettings changed) {
    settings = changed;
    sequences.bound(changed.maxSequences());
  }

  /** Takes a database's series away. */
  public void forget(String database) {
    sequences.forget(database);
    synchronized (counted) {
      counted.remove(database);
    }
    registry.getMeters().stream()
        .filter(meter -> database.equals(meter.getId().getTag("database")))
        .forEach(registry::remove);
  }

  private void status(
      DatabaseWatch database, String name, String help, ToDoubleFunction<DatabaseWatch> value) {
    Gauge.builder(name, database, value)
        .description(help)
        .tag("database", database.name())
        .strongReference(true)
        .register(registry);
  }

  private Counter sweeps(String database, SweepReport.Outcome outcome) {
    return Counter.builder("seqwarden.sweeps")
        .description("Sweeps by how they ended.")
        .tag("database", database)
        .tag("outcome", outcome.word())
        .register(registry);
  }

  @Override
  public void swept(SweepReport report) {
    sweeps(report.database(), report.outcome()).increment();
    count(report.database(), report.events());
    if (report.outcome() == SweepReport.Outcome.SKIPPED
        || report.outcome() == SweepReport.Outcome.FAILED) {
      return;
    }
    Timer.builder("seqwarden.sweep.duration")
        .description("How long sweeps took.")
        .tag("database", report.database())
        .serviceLevelObjectives(SWEEP_BUCKETS)
        .register(registry)
        .record(report.duration());
    sequences
        .database(report.database())
        .swept(report.findings(), clock.instant())
        .forEach(gone -> forget(report.database(), gone));
  }

  @Override
  public void synced(Finding finding, List<Event> events) {
    count(finding.database(), events);
    sequences.database(finding.database()).synced(finding, clock.instant());
  }

  @Override
  public void recorded(String database, List<Event> events) {
    count(database, events);
  }

  /** Counts events; those from before this process are history. */
  private void count(String database, List<Event> events) {
    for (Event event : events) {
      if (event.at().isBefore(createdAt)) {
        continue;
      }
      event.refusal().ifPresent(reason -> countRefusal(database, reason));
      if (moved(event)) {
        countAdvance(database, event);
      }
    }
  }

  private static boolean moved(Event event) {
    return event.after().isPresent() && !event.after().equals(event.before());
  }

  private void countRefusal(String database, Reason.Code reason) {
    Counter.builder("seqwarden.refusals")
        .description("Advances that were refused, by reason.")
        .tags("database", database, "reason", reason.word())
        .register(registry)
        .increment();
  }

  private void countAdvance(String database, Event event) {
    synchronized (counted) {
      Set<String> known = counted.computeIfAbsent(database, name -> new HashSet<>());
      boolean own =
          known.contains(event.sequence())
              || (known.size() < settings.maxSequences() && known.add(event.sequence()));
      Counter.builder(ADVANCES)
          .description("Advances of sequences, by who moved them.")
          .tag("database", database)
          .tag("sequence", own ? event.sequence() : "other")
          .tag("source", event.source().word())
          .register(registry)
          .increment();
    }
  }

  /** A sequence that is gone loses its counters, and makes room for others'. */
  private void forget(String database, String sequence) {
    synchronized (counted) {
      Set<String> known = counted.get(database);
      if (known != null && known.remove(sequence)) {
        registry
            .find(ADVANCES)
            .tags("database", database, "sequence", sequence)
            .meters()
            .forEach(registry::remove);
      }
    }
  }

  /** Shows what became of the last reading of the configuration, the first one included. */
  public void watch(ReloadStatus status) {
    DaemonGauges.register(registry, status);
  }

  /** Shows when the listener's certificate expires, which a reload may change. */
  public void watchCertificate(Supplier<Instant> expires) {
    DaemonGauges.registerCertificate(registry, expires);
  }

  /** Adds a pool's own metrics. */
  public void bind(PooledDatabase database) {
    database.pool().setMetricRegistry(registry);
  }

  /** Times the requests of an HTTP server that is not started yet. */
  public void timeRequests(Server server) {
    server.insertHandler(new TimedHandler(registry, Tags.empty(), Metrics::tags));
    new JettyServerThreadPoolMetrics(server.getThreadPool(), Tags.empty()).bindTo(registry);
  }

  /** A stranger may call a method what he likes, and each name would be series without an end. */
  private static Iterable<Tag> tags(Request request) {
    Tags tags = Tags.of(REQUEST_TAGS.getTags(request));
    return METHODS.contains(request.getMethod()) ? tags : tags.and("method", "OTHER");
  }

  /** OpenMetrics where {@code accept} prefers it to Prometheus' text, or likes both the same. */
  private static String format(String accept) {
    double openMetrics = quality(accept, OPEN_METRICS);
    return openMetrics > 0 && openMetrics >= quality(accept, TEXT)
        ? OPEN_METRICS + "; version=1.0.0; charset=utf-8"
        : TEXT + "; version=0.0.4; charset=utf-8";
  }

  /** The weight of {@code mediaType} in an Accept header, 0 to 1 (RFC 9110, 12.5.1). */
  private static double quality(String accept, String mediaType) {
    double best = 0;
    for (String range : accept.split(",", -1)) {
      List<String> parts = Stream.of(range.split(";", -1)).map(String::strip).toList();
      if (parts.get(0).equalsIgnoreCase(mediaType)) {
        best = Math.max(best, weight(parts));
      }
    }
    return best;
  }

  private static double weight(List<String> parts) {
    Optional<String> weight =
        parts.stream().filter(part -> part.startsWith("q=") || part.startsWith("Q=")).findFirst();
    try {
      return weight.map(text -> Double.parseDouble(text.substring(2))).orElse(1.0);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** The content type for a scraper that accepts {@code accept}. */
  public String contentType(String accept) {
    return format(accept);
  }

  /** All metrics in that content type. */
  public String scrape(String accept) {
    return registry.scrape(format(accept));
  }

  @Override
  public void close() {
    garbageCollection.close();
    registry.close();
  }
}
