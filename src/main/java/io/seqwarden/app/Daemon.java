package io.seqwarden.app;

import io.seqwarden.catalog.ObservationProgress;
import io.seqwarden.config.Configuration;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.http.HttpServer;
import io.seqwarden.http.MetricsExposition;
import io.seqwarden.postgres.ConnectionSettings;
import io.seqwarden.postgres.Databases;
import io.seqwarden.postgres.PooledDatabase;
import io.seqwarden.report.InMemoryJournal;
import io.seqwarden.report.Journal;
import io.seqwarden.report.Metrics;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.SweepListener;
import io.seqwarden.sweep.SweepReport;
import io.seqwarden.sweep.Sweeps;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * The daemon, wired once. Closing ends what callers see first: HTTP, then the sweeps at their next
 * step, then the pools.
 */
final class Daemon implements AutoCloseable {

  private final Databases databases;
  private final Metrics metrics;
  private final Sweeps sweeps;
  private final HttpServer http;

  private Daemon(Configuration configuration, Clock clock) {
    this.databases = new Databases(configuration.connectionsTotal());
    this.metrics = new Metrics(configuration.metrics(), Main.Version.version(), clock);
    Journal journal = journal(configuration, clock);
    this.sweeps =
        new Sweeps(
            configuration.databases(),
            this::open,
            configuration.connectionsTotal(),
            new Listeners(List.of(new SweepLog(), journal, metrics)),
            clock,
            ObservationProgress.NONE);
    metrics.watch(sweeps.databases());
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
            clock,
            metrics::timeRequests);
  }

  private static Journal journal(Configuration configuration, Clock clock) {
    Duration keep =
        configuration.databases().stream()
            .map(database -> database.events().keep())
            .max(Duration::compareTo)
            .orElse(Duration.ofDays(30));
    int maxRows =
        configuration.databases().stream()
            .mapToInt((DatabaseSettings database) -> database.events().maxRows())
            .max()
            .orElse(1_000);
    // The database keeps them all; a node keeps what a page of the audit trail may want.
    return new InMemoryJournal(keep, Math.min(maxRows, 10_000), clock);
  }

  private PooledDatabase open(ConnectionSettings settings) {
    PooledDatabase database = databases.open(settings);
    metrics.bind(database);
    return database;
  }

  /**
   * A daemon that serves and sweeps.
   *
   * @throws HttpServer.CannotStartException where it cannot serve; nothing is left open then
   */
  static Daemon start(Configuration configuration, Clock clock) {
    Daemon daemon = new Daemon(configuration, clock);
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

  @Override
  public void close() {
    http.close();
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
