package io.seqwarden.sweep;

import io.seqwarden.catalog.ObservationProgress;
import io.seqwarden.postgres.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.quartz.CronScheduleBuilder;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.ScheduleBuilder;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every watched database and the Quartz scheduler that sweeps them: one job a database. A job only
 * hands its sweep to the database's own threads, so that none holds up another's. Thread-safe.
 */
public final class Sweeps implements DatabaseWatch.All, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Sweeps.class);

  private static final Duration BEAT = Duration.ofSeconds(1);

  /** Without a beat for so long the scheduler counts as stalled. */
  private static final Duration STALLED = Duration.ofSeconds(30);

  private final Connections connections;
  private final SweepListener listener;
  private final Clock clock;
  private final ObservationProgress progress;
  private final Turns turns;
  private final Scheduler scheduler;

  /** By name, in the order of the configuration. Replaced under the lock, read without it. */
  private volatile Map<String, Running> running;

  /** Guarded by this. */
  private boolean started;

  private volatile boolean closing;
  private volatile Instant lastBeat;

  /** One watched database and what is its own. */
  private record Running(
      DatabaseSettings settings,
      SwitchedDatabase watch,
      Database database,
      ExecutorService executor,
      Gate gate) {}

  /**
   * Wires every database; nothing runs before {@link #start}.
   *
   * @param connections opens the way to a database; the caller closes it, after this
   * @param total how many connections there are for all of them, 1 or more
   * @throws IllegalStateException if Quartz does not start
   */
  public Sweeps(
      List<DatabaseSettings> settings,
      Connections connections,
      int total,
      SweepListener listener,
      Clock clock,
      ObservationProgress progress) {
    this.connections = connections;
    this.listener = listener;
    this.clock = clock;
    this.progress = progress;
    this.lastBeat = clock.instant();
    this.turns = Turns.of(settings.size(), total);
    Map<String, Running> all = new LinkedHashMap<>();
    settings.forEach(
        one -> all.put(one.name(), made(one, connections.open(one.connection()), null)));
    this.running = all;
    this.scheduler = scheduler();
  }

  /** {@code before} is the one whose place it takes; it has ended. */
  private Running made(DatabaseSettings settings, Database database, @Nullable Running before) {
    ExecutorService executor = SweepThreads.of(settings);
    Gate gate = new Gate(listener);
    SweptDatabase swept =
        new SweptDatabase(
            settings,
            database,
            gate,
            executor,
            turns,
            clock,
            progress,
            before == null ? null : before.watch().current());
    if (before == null) {
      return new Running(settings, new SwitchedDatabase(swept), database, executor, gate);
    }
    before.watch().switchTo(swept);
    return new Running(settings, before.watch(), database, executor, gate);
  }

  private Scheduler scheduler() {
    Properties properties = new Properties();
    properties.setProperty("org.quartz.scheduler.instanceName", "seqwarden-" + UUID.randomUUID());
    properties.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
    properties.setProperty("org.quartz.scheduler.makeSchedulerThreadDaemon", "true");
    properties.setProperty("org.quartz.jobStore.class", "org.quartz.simpl.RAMJobStore");
    properties.setProperty("org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool");
    properties.setProperty("org.quartz.threadPool.threadCount", "2");
    properties.setProperty("org.quartz.threadPool.makeThreadsDaemons", "true");
    try {
      Scheduler made = new StdSchedulerFactory(properties).getScheduler();
      made.setJobFactory(new SweepJob.Factory(this));
      return made;
    } catch (SchedulerException e) {
      throw new IllegalStateException("The Quartz scheduler does not start", e);
    }
  }

  /** Schedules every database's sweeps, the first ones now. */
  public synchronized void start() {
    try {
      for (Running one : running.values()) {
        schedule(one.settings());
      }
      scheduler.scheduleJob(
          JobBuilder.newJob(SweepJob.Beat.class).withIdentity("beat", "seqwarden").build(),
          trigger(new Schedule.Every(BEAT)));
      scheduler.start();
      started = true;
    } catch (SchedulerException e) {
      throw new IllegalStateException("The sweeps cannot be scheduled", e);
    }
  }

  private void schedule(DatabaseSettings settings) throws SchedulerException {
    JobDetail job = JobBuilder.newJob(SweepJob.class).withIdentity(key(settings.name())).build();
    scheduler.scheduleJob(job, trigger(settings.schedule()));
    if (settings.schedule() instanceof Schedule.Cron) {
      scheduler.triggerJob(job.getKey());
    }
  }

  /**
   * Watches what {@code wanted} says from now on. What is unchanged is left alone, and what was
   * changed ends at its next step before it begins anew, so that nothing happens by the old
   * settings once this has returned. Requests meanwhile wait. Takes some seconds at most.
   *
   * @param total how many connections there are for all of them, 1 or more
   */
  public synchronized Changes change(List<DatabaseSettings> wanted, int total) {
    turns.resize(wanted.size(), total);
    Map<String, Running> before = running;
    Map<String, DatabaseSettings> now = new LinkedHashMap<>();
    before.forEach((name, one) -> now.put(name, one.settings()));
    Changes changes = Changes.between(now, wanted);
    Map<String, Database> opened = openAll(wanted, changes);
    List<Running> ending =
        Stream.concat(changes.changed().stream(), changes.removed().stream())
            .map(name -> Objects.requireNonNull(before.get(name)))
            .toList();
    changes.changed().forEach(name -> Objects.requireNonNull(before.get(name)).watch().hold());
    changes.changed().forEach(name -> end(before, name, "is being changed by a new configuration"));
    changes.removed().forEach(name -> end(before, name, "is no longer in the configuration"));
    SweepThreads.awaitEnd(executors(ending), () -> closing);
    changes.removed().forEach(name -> Objects.requireNonNull(before.get(name)).gate().close());
    ending.forEach(one -> connections.release(one.database()));
    Map<String, Running> after = new LinkedHashMap<>();
    for (DatabaseSettings one : wanted) {
      @Nullable Database database = opened.get(one.name());
      @Nullable Running old = before.get(one.name());
      after.put(
          one.name(), database == null ? Objects.requireNonNull(old) : made(one, database, old));
    }
    running = after;
    begin(opened.keySet());
    return changes;
  }

  /** Before anything is ended, so that what cannot be opened leaves everything as it is. */
  private Map<String, Database> openAll(List<DatabaseSettings> wanted, Changes changes) {
    Map<String, Database> opened = new LinkedHashMap<>();
    try {
      for (DatabaseSettings one : wanted) {
        if (!changes.unchanged().contains(one.name())) {
          opened.put(one.name(), connections.open(one.connection()));
        }
      }
      return opened;
    } catch (RuntimeException failure) {
      opened.values().forEach(connections::release);
      throw failure;
    }
  }

  private void end(Map<String, Running> among, String name, String why) {
    try {
      scheduler.deleteJob(key(name));
    } catch (SchedulerException e) {
      // It is being shut down, and runs nothing any more.
      LOG.debug("{} was not taken off the schedule", name, e);
    }
    Objects.requireNonNull(among.get(name)).watch().current().close(name + " " + why);
  }

  private void begin(Set<String> names) {
    if (!started || closing) {
      return;
    }
    try {
      for (String name : names) {
        schedule(Objects.requireNonNull(running.get(name)).settings());
      }
    } catch (SchedulerException e) {
      throw new IllegalStateException("The sweeps cannot be scheduled", e);
    }
  }

  private static JobKey key(String database) {
    return JobKey.jobKey(database, "sweep");
  }

  /** Misfires are skipped: what was missed is seen by the sweep that comes next anyway. */
  private static Trigger trigger(Schedule schedule) {
    ScheduleBuilder<?> when =
        schedule instanceof Schedule.Cron cron
            ? CronScheduleBuilder.cronSchedule(cron.expression())
                .withMisfireHandlingInstructionDoNothing()
            : SimpleScheduleBuilder.simpleSchedule()
                .withIntervalInMilliseconds(((Schedule.Every) schedule).interval().toMillis())
                .repeatForever()
                .withMisfireHandlingInstructionNextWithRemainingCount();
    return TriggerBuilder.newTrigger().withSchedule(when).startNow().build();
  }

  /** A database's sweep is due. */
  void due(String database, Optional<Instant> next) {
    Running due = running.get(database);
    if (due != null) {
      due.watch().current().due(next);
    }
  }

  /** The scheduler lives; unreachable databases whose wait is over are tried again. */
  void beat() {
    lastBeat = clock.instant();
    for (Running one : running.values()) {
      SweptDatabase database = one.watch().current();
      if (database.retryDue()) {
        database.due(database.status().nextSweep());
      }
    }
  }

  @Override
  public List<DatabaseWatch> databases() {
    return running.values().stream().<DatabaseWatch>map(Running::watch).toList();
  }

  @Override
  public Optional<DatabaseWatch> database(String name) {
    return Optional.ofNullable(running.get(name)).map(Running::watch);
  }

  @Override
  public Optional<String> stalled() {
    Duration silence = Duration.between(lastBeat, clock.instant());
    return silence.compareTo(STALLED) > 0
        ? Optional.of("The scheduler has run no job for %d s".formatted(silence.toSeconds()))
        : Optional.empty();
  }

  /** Ends what is under way at its next step, and waits for that, some seconds at most. */
  @Override
  public void close() {
    closing = true;
    try {
      scheduler.shutdown(false);
    } catch (SchedulerException e) {
      LOG.warn("The scheduler did not stop in order: {}", e.getMessage());
    }
    running.values().forEach(one -> one.watch().current().close());
    synchronized (this) {
      // A change that was under way may have put others there.
      running.values().forEach(one -> one.watch().current().close());
      SweepThreads.awaitEnd(executors(running.values()), () -> false);
    }
  }

  private static List<ExecutorService> executors(Collection<Running> of) {
    return of.stream().map(Running::executor).toList();
  }
}
