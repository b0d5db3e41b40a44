package io.seqwarden.app;

import io.seqwarden.config.Configuration;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.postgres.Databases;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseWatch;
import io.seqwarden.sweep.SweepListener;
import io.seqwarden.sweep.SweepReport;
import io.seqwarden.sweep.Sweeps;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Sweeps without a daemon: the databases side by side, once. */
final class OneShot implements AutoCloseable, SweepListener {

  private final Databases databases;
  private final Sweeps sweeps;
  private final Progress progress;
  private final List<Event> events = new CopyOnWriteArrayList<>();

  OneShot(Configuration configuration, List<DatabaseSettings> settings) {
    this.databases = new Databases(configuration.connectionsTotal());
    this.progress = Progress.onTerminal();
    this.sweeps =
        new Sweeps(
            settings,
            databases::open,
            configuration.connectionsTotal(),
            this,
            Clock.systemUTC(),
            progress);
  }

  List<DatabaseWatch> databases() {
    return sweeps.databases();
  }

  /** Sweeps every database; the reports are in the configuration's order. */
  List<SweepReport> sweep() {
    List<CompletableFuture<SweepReport>> stages =
        sweeps.databases().stream()
            .map(watch -> watch.sweep(Event.Source.CLI).toCompletableFuture())
            .toList();
    List<SweepReport> reports = stages.stream().map(CompletableFuture::join).toList();
    progress.close();
    return reports;
  }

  /** What the sweeps and syncs moved or refused. */
  List<Event> events() {
    return new ArrayList<>(events);
  }

  @Override
  public void swept(SweepReport report) {
    events.addAll(report.events());
  }

  @Override
  public void synced(Finding finding, List<Event> synced) {
    events.addAll(synced);
  }

  @Override
  public void recorded(String database, List<Event> recorded) {
    // What guards left in the event table before is not of this run.
  }

  @Override
  public void close() {
    progress.close();
    sweeps.close();
    databases.close();
  }
}
