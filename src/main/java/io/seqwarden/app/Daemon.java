package io.seqwarden.app;

import io.seqwarden.catalog.ObservationProgress;
import io.seqwarden.config.Configuration;
import io.seqwarden.config.Loaded;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.http.HttpServer;
import io.seqwarden.http.MetricsExposition;
import io.seqwarden.http.Reload;
import io.seqwarden.postgres.Databases;
import io.seqwarden.report.InMemoryJournal;
import io.seqwarden.report.Metrics;
import io.seqwarden.report.ReloadStatus;
import io.seqwarden.sweep.Changes;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.SweepListener;
import io.seqwarden.sweep.SweepReport;
import io.seqwarden.sweep.Sweeps;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * The daemon, wired once. Closing ends what callers see first: HTTP, then the sweeps at their next
 * step, then the pools.
 */
final class Daemon implements AutoCloseable {

  private static final Duration KEEP_WITHOUT_DATABASES = Duration.ofDays(30);

  /** The database keeps them all; a node keeps what a page of the audit trail may want. */
  private static final int MOST_EVENTS = 10_000;

  private final Databases databases;
  private final Metrics metrics;
  private final SweepLog log = new SweepLog();
  private final InMemoryJournal journal;
  private final Sweeps sweeps;
  private final ReloadStatus reloadStatus;
  private final Reloader reloader;
  private final HttpServer http;

  private Daemon(Configuration configuration, Supplier<Loaded> source, Clock clock) {
    this.databases = new Databases(configuration.connectionsTotal());
    this.metrics = new Metrics(configuration.metrics(), Main.Version.version(), clock);
    this.journal = new InMemoryJournal(keep(configuration), maxEvents(configuration), clock);
    this.sweeps =
        new Sweeps(
            configuration.databases(),
            new Pools(databases, metrics),
            configuration.connectionsTotal(),
            new Listeners(List.of(log, journal, metrics)),
            clock,
            ObservationProgress.NONE);
    metrics.watch(sweeps.databases());
    this.reloadStatus = new ReloadStatus(clock.instant());
    metrics.watch(reloadStatus);
    this.reloader = new Reloader(source, this::change, reloadStatus, clock);
    this.http =
        new HttpServer(
            configuration.http(),
            sweeps,
            journal,
            new MetricsExposition() {
              @Override
              public String contentType(String accept) {
                return metrics.contentType(accept);
              }

              @Override
              public String scrape(String accept) {
                return metrics.scrape(accept);
              }
            },
            reloader,
            clock,
            metrics::timeRequests);
    if (configuration.http().tls().isPresent()) {
      metrics.watchCertificate(() -> http.certificateExpires().orElse(Instant.EPOCH));
    }
  }

  private static Duration keep(Configuration configuration) {
    return configuration.databases().stream()
        .map(database -> database.events().keep())
        .max(Duration::compareTo)
        .orElse(KEEP_WITHOUT_DATABASES);
  }

  private static int maxEvents(Configuration configuration) {
    return configuration.databases().stream()
        .mapToInt((DatabaseSettings database) -> database.events().maxRows())
        .map(rows -> Math.min(rows, MOST_EVENTS))
        .max()
        .orElse(MOST_EVENTS);
  }

  /** Makes another configuration the running one. */
  private Reload.Outcome.Applied change(Configuration next) {
    databases.resize(next.connectionsTotal());
    Changes changes = sweeps.change(next.databases(), next.connectionsTotal());
    for (String removed : changes.removed()) {
      metrics.forget(removed);
      journal.forget(removed);
      log.forget(removed);
    }
    metrics.watch(
        sweeps.databases().stream()
            .filter(watch -> changes.added().contains(watch.name()))
            .toList());
    metrics.change(next.metrics());
    journal.bound(keep(next), maxEvents(next));
    return new Reload.Outcome.Applied(
        changes.added(),
        changes.changed(),
        changes.removed(),
        changes.unchanged(),
        http.change(next.http()));
  }

  /**
   * A daemon that serves and sweeps.
   *
   * @param source where the configuration is read again
   * @throws HttpServer.CannotStartException where it cannot serve; nothing is left open then
   */
  static Daemon start(Configuration configuration, Supplier<Loaded> source, Clock clock) {
    Daemon daemon = new Daemon(configuration, source, clock);
    try {
      daemon.http.start();
      daemon.sweeps.start();
      return daemon;
    } catch (RuntimeException failure) {
      daemon.close();
      throw failure;
    }
  }

  /** The address of the page. */
  URI page() {
    return http.uri();
  }

  /** Reads the configuration again, some time soon; the log says what came of it. */
  void reload(String by) {
    reloader.request(by);
  }

  @Override
  public void close() {
    http.close();
    reloader.close();
    sweeps.close();
    databases.close();
    metrics.close();
  }

  /** Tells several. */
  private record Listeners(List<SweepListener> listeners) implements SweepListener {
    @Override
    public void swept(SweepReport report) {
      listeners.forEach(listener -> listener.swept(report));
    }

    @Override
    public void synced(Finding finding, List<Event> events) {
      listeners.forEach(listener -> listener.synced(finding, events));
    }

    @Override
    public void recorded(String database, List<Event> events) {
      listeners.forEach(listener -> listener.recorded(database, events));
    }
  }
}
