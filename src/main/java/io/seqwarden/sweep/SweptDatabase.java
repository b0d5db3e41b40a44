package io.seqwarden.sweep;

import io.seqwarden.catalog.ObservationProgress;
import io.seqwarden.drift.Event;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.SqlState;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watched database: its sweeps, one at a time, and its syncs between them. Thread-safe.
 *
 * <p>Works on threads of its own, as many as it may have connections, so that a slow or dead
 * database delays no other.
 */
public final class SweptDatabase implements DatabaseWatch, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SweptDatabase.class);

  /** Scheduled, by HTTP and by the command line; of each, one runs or waits at a time. */
  private static final int KINDS_OF_SWEEPS = 3;

  private final Stages stages;
  private final SweepListener listener;
  private final ExecutorService executor;
  private final Pass pass;
  private final SequenceSyncs syncs;
  private final Pause pause;

  /** A sweep that waits for another one takes no thread from syncs, and no turn from others. */
  private final Turns oneAtATime = Turns.of(1, 1);

  private final Healer healer;
  private final Backoff backoff = new Backoff();
  private final Shared<SweepReport> scheduled;
  private final Shared<SweepReport> byHttp;
  private final Shared<SweepReport> byCli;
  private final ObservationProgress progress;
  private final Object passLock = new Object();

  private final LastKnown known;
  private volatile Reached reached = new Reached(false, Optional.empty(), Optional.empty());
  private volatile Optional<Instant> lastSweep = Optional.empty();
  private volatile Optional<Instant> nextSweep = Optional.empty();
  private volatile Instant notBefore = Instant.MIN;

  /** Why it takes no more work; empty while it does. */
  private volatile Optional<String> closed = Optional.empty();

  private record Reached(boolean up, Optional<SweepReport.Role> role, Optional<String> problem) {}

  /**
   * For one database; {@code executor} is its own and is shut down by {@link #close}.
   *
   * @param turns what sweeps of all databases wait for
   * @param before the one whose place it takes, which has ended; null for none. A pause of it goes
   *     on, and where the URL is the same, so does what is known of events and refusals: neither
   *     comes twice.
   */
  SweptDatabase(
      DatabaseSettings settings,
      Database database,
      SweepListener listener,
      ExecutorService executor,
      Turns turns,
      Clock clock,
      ObservationProgress progress,
      @Nullable SweptDatabase before) {
    @Nullable SweptDatabase same = before != null && before.isAt(settings) ? before : null;
    Stages fresh = Stages.of(settings, database, executor, clock);
    this.stages = same == null ? fresh : fresh.continuing(same.stages);
    this.listener = listener;
    this.executor = executor;
    this.progress = progress;
    this.pause = before == null ? new Pause(clock) : before.pause;
    this.healer = new Healer(stages);
    if (same != null) {
      healer.continues(same.healer);
      this.reached = same.reached;
      this.lastSweep = same.lastSweep;
    }
    this.pass = new Pass(stages, healer);
    this.known = new LastKnown(stages);
    this.syncs = new SequenceSyncs(stages, healer, listener, executor, this, known);
    Executor inTurn = turns.on(executor);
    // What was not reached last time waits rather than works, and would hold up the others.
    Executor sweeping =
        oneAtATime.on(work -> (reached.problem().isPresent() ? executor : inTurn).execute(work));
    this.scheduled = new Shared<>(() -> sweepNow(Event.Source.SWEEP), sweeping);
    this.byHttp = new Shared<>(() -> sweepNow(Event.Source.HTTP), sweeping);
    this.byCli = new Shared<>(() -> sweepNow(Event.Source.CLI), sweeping);
  }

  private boolean isAt(DatabaseSettings settings) {
    return stages.settings().connection().url().equals(settings.connection().url());
  }

  @Override
  public String name() {
    return stages.settings().name();
  }

  @Override
  public Status status() {
    Reached now = reached;
    return new Status(
        now.up(),
        now.role(),
        !stages.heals(),
        pause.active(),
        pause.ends(),
        lastSweep.isPresent(),
        lastSweep,
        nextSweep,
        now.problem());
  }

  @Override
  public Optional<Duration> interval() {
    return stages.settings().schedule().interval(stages.clock().instant());
  }

  @Override
  public CompletionStage<SweepReport> sweep(Event.Source source) {
    if (source == Event.Source.HTTP) {
      return byHttp.request();
    }
    return source == Event.Source.CLI ? byCli.request() : scheduled.request();
  }

  /**
   * A scheduled sweep is due. One that is still under way, or a pause, lets it be skipped; while an
   * unreachable database's wait lasts, nothing happens.
   *
   * @param next when the one after it is due
   */
  void due(Optional<Instant> next) {
    nextSweep = next;
    if (stages.clock().instant().isBefore(notBefore)) {
      return;
    }
    if (!scheduled.isIdle()) {
      listener.swept(skipped("The sweep before it was still under way when this one was due"));
      return;
    }
    CompletableFuture<SweepReport> report = scheduled.request();
    report.exceptionally(
        failure -> {
          if (closed.isPresent() && failure instanceof RejectedExecutionException) {
            LOG.debug("A sweep of {} was due when that was closed", name(), failure);
          } else {
            LOG.error("A sweep of {} broke off: a bug", name(), failure);
          }
          return skipped(failure.toString());
        });
  }

  /** Whether an unreachable database is due to be tried again outside of its schedule. */
  boolean retryDue() {
    return !reached.up()
        && reached.problem().isPresent()
        && !stages.clock().instant().isBefore(notBefore)
        && scheduled.isIdle();
  }

  private SweepReport sweepNow(Event.Source source) {
    // Before the lock: who comes to the end of a closed database may be a thread of another one's,
    // and what is under way here may hang.
    if (closed.isPresent()) {
      return turnedAway(closed.get());
    }
    synchronized (passLock) {
      if (interrupted()) {
        return turnedAway(closed.orElse(name() + " is paused"));
      }
      Instant started = stages.clock().instant();
      SweepReport report;
      List<Event> recorded = List.of();
      List<Event> events = new ArrayList<>();
      try {
        Pass.Result result = pass.run(source, this::interrupted, progress, events);
        known.passed(result.catalog(), result.installed());
        report = result.report();
        recorded = result.recorded();
        isReached(report);
      } catch (SQLException failure) {
        report = failed(started, failure, events);
      }
      listener.swept(report);
      if (!recorded.isEmpty()) {
        listener.recorded(name(), recorded);
      }
      return report;
    }
  }

  private SweepReport turnedAway(String why) {
    SweepReport report = skipped(why);
    listener.swept(report);
    return report;
  }

  private boolean interrupted() {
    return closed.isPresent() || pause.active();
  }

  private void isReached(SweepReport report) {
    if (!reached.up()) {
      String role = report.role().map(SweepReport.Role::word).orElse("?");
      LOG.atInfo().addKeyValue("database", name()).log("{} is reached: {}", name(), role);
    }
    reached = new Reached(true, report.role(), Optional.empty());
    lastSweep = Optional.of(report.startedAt().plus(report.duration()));
    backoff.reset();
    notBefore = Instant.MIN;
  }

  /** What was moved before the failure stays moved, and known. */
  private SweepReport failed(Instant started, SQLException failure, List<Event> events) {
    Duration wait = backoff.afterFailure();
    notBefore = stages.clock().instant().plus(wait);
    String problem = unreachable(failure);
    if (reached.up() || reached.problem().isEmpty()) {
      LOG.atWarn()
          .addKeyValue("database", name())
          .log("{}. Tried again in {} s, and then at most every 30 s", problem, wait.toSeconds());
    }
    reached = new Reached(false, reached.role(), Optional.of(problem));
    return new SweepReport(
        name(),
        started,
        Duration.between(started, stages.clock().instant()),
        SweepReport.Outcome.FAILED,
        Optional.empty(),
        List.of(),
        events,
        List.of(problem));
  }

  String unreachable(SQLException failure) {
    String cause = SqlState.said(failure) + " (" + failure.getSQLState() + ")";
    if (SqlState.isRefused(failure)) {
      cause += ". Check user and password-file, or --user and PGPASSWORD";
    }
    return SqlState.isConnectionFailure(failure)
        ? "%s cannot be reached: %s".formatted(name(), cause)
        : "%s cannot be swept: %s".formatted(name(), cause);
  }

  private SweepReport skipped(String why) {
    return new SweepReport(
        name(),
        stages.clock().instant(),
        Duration.ZERO,
        SweepReport.Outcome.SKIPPED,
        reached.role(),
        List.of(),
        List.of(),
        List.of(why));
  }

  /** Why nothing may be done now; empty where it may. */
  Optional<String> notNow() {
    if (closed.isPresent()) {
      return closed;
    }
    return pause.active()
        ? Optional.of(
            "%s is paused%s: resume it, or wait"
                .formatted(name(), pause.ends().map(end -> " until " + end).orElse("")))
        : Optional.empty();
  }

  @Override
  public CompletionStage<SyncResult> syncSequence(
      String sequence, boolean force, Event.Source source) {
    return syncs.request(new SequenceSyncs.Subject(sequence, false, force, source));
  }

  @Override
  public CompletionStage<SyncResult> syncTable(String table, boolean force, Event.Source source) {
    return syncs.request(new SequenceSyncs.Subject(table, true, force, source));
  }

  @Override
  public void pause(Optional<Duration> length) {
    pause.begin(length);
  }

  @Override
  public void resume() {
    pause.end();
  }

  /** For tests. */
  LastKnown lastKnown() {
    return known;
  }

  /** How many sequences something is known of beyond what the last pass found. */
  int remembered() {
    return healer.known();
  }

  /** Takes no more work; what is under way ends at its next step. */
  @Override
  public void close() {
    close("seqwarden is shutting down");
  }

  /**
   * The same.
   *
   * @param why a sentence without its full stop, for whoever is turned away
   */
  void close(String why) {
    closed = Optional.of(why);
    executor.shutdown();
    // Those that wait for a sweep which may hang are turned away now.
    oneAtATime.resize(KINDS_OF_SWEEPS, KINDS_OF_SWEEPS);
  }
}
