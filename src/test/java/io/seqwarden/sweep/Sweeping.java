package io.seqwarden.sweep;

import io.seqwarden.catalog.CatalogSettings;
import io.seqwarden.catalog.ObservationProgress;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Limits;
import io.seqwarden.postgres.ConnectionSettings;
import io.seqwarden.postgres.Databases;
import io.seqwarden.postgres.Timeouts;
import io.seqwarden.repair.EventSettings;
import io.seqwarden.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** What tests share that go through the whole of it: the sweeps of one database or of several. */
public final class Sweeping implements AutoCloseable, SweepListener {

  /** Hears of nothing. */
  public static final SweepListener NOBODY =
      new SweepListener() {
        @Override
        public void swept(SweepReport report) {}

        @Override
        public void synced(Finding finding, List<Event> synced) {}

        @Override
        public void recorded(String database, List<Event> recorded) {}
      };

  private final Databases databases = new Databases(8);
  private final Sweeps sweeps;
  public final List<SweepReport> reports = new CopyOnWriteArrayList<>();
  public final List<Event> events = new CopyOnWriteArrayList<>();

  public Sweeping(TestDatabase test, DatabaseSettings.Mode mode, DatabaseSettings.GuardMode guard) {
    this(settings(test.jdbcUrl(), TestDatabase.SUPERUSER, mode, guard));
  }

  public Sweeping(DatabaseSettings... settings) {
    this.sweeps =
        new Sweeps(
            List.of(settings),
            databases::open,
            8,
            this,
            Clock.systemUTC(),
            ObservationProgress.NONE);
  }

  /** Every sweep reads everything. */
  public static DatabaseSettings settings(
      String url, String user, DatabaseSettings.Mode mode, DatabaseSettings.GuardMode guard) {
    return settings(url, user, mode, guard, Duration.ofNanos(1));
  }

  public static DatabaseSettings settings(
      String url,
      String user,
      DatabaseSettings.Mode mode,
      DatabaseSettings.GuardMode guard,
      Duration fullEvery) {
    return new DatabaseSettings(
        new ConnectionSettings("app", url, Optional.of(user), Optional.empty(), 2),
        new Schedule.Every(Duration.ofSeconds(1)),
        fullEvery,
        mode,
        guard,
        new CatalogSettings(
            List.of("*.*"),
            List.of(),
            List.of(),
            new Timeouts(Duration.ofMillis(200), Duration.ofSeconds(5)),
            false,
            128),
        Limits.DEFAULT,
        new EventSettings(Duration.ofDays(30), 1_000, true),
        List.of());
  }

  /** The same with another number of connections. */
  public static DatabaseSettings withConnections(DatabaseSettings one, int connections) {
    ConnectionSettings connection = one.connection();
    return new DatabaseSettings(
        new ConnectionSettings(
            connection.name(),
            connection.url(),
            connection.user(),
            connection.password(),
            connections),
        one.schedule(),
        one.fullEvery(),
        one.mode(),
        one.guard(),
        one.catalog(),
        one.limits(),
        one.events(),
        one.syncExecute());
  }

  public Sweeps sweeps() {
    return sweeps;
  }

  public DatabaseWatch app() {
    return sweeps.database("app").orElseThrow();
  }

  public SweepReport sweep() throws Exception {
    return app().sweep(Event.Source.SWEEP).toCompletableFuture().get(180, TimeUnit.SECONDS);
  }

  public DatabaseWatch.SyncResult syncTable(String table, boolean force) throws Exception {
    return app()
        .syncTable(table, force, Event.Source.HTTP)
        .toCompletableFuture()
        .get(180, TimeUnit.SECONDS);
  }

  @Override
  public void swept(SweepReport report) {
    reports.add(report);
    events.addAll(report.events());
  }

  @Override
  public void synced(Finding finding, List<Event> synced) {
    events.addAll(synced);
  }

  @Override
  public void recorded(String database, List<Event> recorded) {
    events.addAll(recorded);
  }

  @Override
  public void close() {
    sweeps.close();
    databases.close();
  }
}
