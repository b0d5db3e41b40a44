package io.seqwarden.app;

import io.seqwarden.config.Configuration;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.State;
import io.seqwarden.http.DatabaseView;
import io.seqwarden.http.EventView;
import io.seqwarden.http.FindingView;
import io.seqwarden.http.ReportView;
import io.seqwarden.postgres.Databases;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseWatch;
import io.seqwarden.sweep.SweepListener;
import io.seqwarden.sweep.SweepReport;
import io.seqwarden.sweep.Sweeps;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    this.sweeps = new Sweeps(settings, databases::open, this, Clock.systemUTC(), progress);
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

  /** The report as the API's objects. */
  ReportView view(List<SweepReport> reports, List<Finding> findings) {
    List<DatabaseView> views = new ArrayList<>();
    for (SweepReport report : reports) {
      DatabaseWatch watch = sweeps.database(report.database()).orElseThrow();
      views.add(
          DatabaseView.of(
              watch.name(), watch.status(), counts(findings, watch.name()), Optional.of(report)));
    }
    return new ReportView(
        views,
        findings.stream().map(FindingView::of).toList(),
        events.stream().map(EventView::of).toList());
  }

  private static Map<State, Long> counts(List<Finding> findings, String database) {
    Map<State, Long> counts = new EnumMap<>(State.class);
    Arrays.stream(State.values()).forEach(state -> counts.put(state, 0L));
    findings.stream()
        .filter(finding -> finding.database().equals(database))
        .forEach(finding -> counts.merge(finding.verdict().state(), 1L, Long::sum));
    return counts;
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
