package io.seqwarden.sweep;

import io.seqwarden.catalog.ObservationProgress;
import io.seqwarden.postgres.ConnectionSettings;
import io.seqwarden.postgres.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
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

  /**
   * What an orderly end may take; the rest is cut off by closing the pools. With the server's three
   * seconds it stays within the ten that the whole stop may take.
   */
  private static final Duration GRACE = Duration.ofSeconds(6);

  private final Clock clock;
  private final Map<String, SweptDatabase> databases = new LinkedHashMap<>();
  private final Map<String, Schedule> schedules = new LinkedHashMap<>();
  private final Map<String, ExecutorService> executors = new LinkedHashMap<>();
  private final Scheduler scheduler;
  private volatile Instant lastBeat;

  /**
   * Wires every database; nothing runs before {@link #start}.
   *
   * @param open opens the way to a database; the caller closes it, after this
   * @param connections how many connections there are for all of them, 1 or more
   * @throws IllegalStateException if Quartz does not start
   */
  public Sweeps(
      List<DatabaseSettings> settings,
      Function<ConnectionSettings, Database> open,
      int connections,
      SweepListener listener,
      Clock clock,
      ObservationProgress progress) {
    this.clock = clock;
    this.lastBeat = clock.instant();
    Turns turns = Turns.of(settings.size(), connections);
    for (DatabaseSettings one : settings) {
      ExecutorService executor = executor(one);
      executors.put(one.name(), executor);
      schedules.put(one.name(), one.schedule());
      databases.put(
          one.name(),
          new SweptDatabase(
              one, open.apply(one.connection()), listener, executor, turns, clock, progress));
    }
    this.scheduler = scheduler();
  }

  private static ExecutorService executor(DatabaseSettings settings) {
    AtomicInteger number = new AtomicInteger();
    int threads = settings.connection().connections();
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread =
                  new Thread(work, "seqwarden-" + settings.name() + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return executor;
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
  public void start() {
    try {
      for (Map.Entry<String, Schedule> entry : schedules.entrySet()) {
        JobDetail job = JobBuilder.newJob(SweepJob.class).withIdentity(key(entry.getKey())).build();
        scheduler.scheduleJob(job, trigger(entry.getValue()));
        if (entry.getValue() instanceof Schedule.Cron) {
          scheduler.triggerJob(job.getKey());
        }
      }
      scheduler.scheduleJob(
          JobBuilder.newJob(SweepJob.Beat.class).withIdentity("beat", "seqwarden").build(),
          trigger(new Schedule.Every(BEAT)));
      scheduler.start();
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
    SweptDatabase due = databases.get(database);
    if (due != null) {
      due.due(next);
    }
  }

  /** The scheduler lives; unreachable databases whose wait is over are tried again. */
  void beat() {
    lastBeat = clock.instant();
    for (SweptDatabase database : databases.values()) {
      if (database.retryDue()) {
        database.due(database.status().nextSweep());
      }
    }
  }

  @Override
  public List<DatabaseWatch> databases() {
    return List.copyOf(databases.values());
  }

  @Override
  public Optional<DatabaseWatch> database(String name) {
    return Optional.ofNullable(databases.get(name));
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
    try {
      scheduler.shutdown(false);
    } catch (SchedulerException e) {
      LOG.warn("The scheduler did not stop in order: {}", e.getMessage());
    }
    databases.values().forEach(SweptDatabase::close);
    Instant deadline = clock.instant().plus(GRACE);
    for (ExecutorService executor : executors.values()) {
      try {
        long left = Math.max(0, Duration.between(clock.instant(), deadline).toMillis());
        if (!executor.awaitTermination(left, TimeUnit.MILLISECONDS)) {
          executor.shutdownNow();
        }
      } catch (InterruptedException e) {
        executor.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }
  }
}
