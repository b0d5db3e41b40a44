package io.seqwarden.sweep;

import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.spi.JobFactory;
import org.quartz.spi.TriggerFiredBundle;

/** The Quartz job of one database; the job's name is the database's. */
@DisallowConcurrentExecution
final class SweepJob implements Job {

  private final Sweeps sweeps;

  private SweepJob(Sweeps sweeps) {
    this.sweeps = sweeps;
  }

  @Override
  public void execute(JobExecutionContext context) {
    Optional<Instant> next = Optional.ofNullable(context.getNextFireTime()).map(Date::toInstant);
    sweeps.due(context.getJobDetail().getKey().getName(), next);
  }

  /** The scheduler's pulse. */
  @DisallowConcurrentExecution
  static final class Beat implements Job {

    private final Sweeps sweeps;

    private Beat(Sweeps sweeps) {
      this.sweeps = sweeps;
    }

    @Override
    public void execute(JobExecutionContext context) {
      sweeps.beat();
    }
  }

  /** Gives jobs what they work for, since Quartz would make them from nothing. */
  static final class Factory implements JobFactory {

    private final Sweeps sweeps;

    Factory(Sweeps sweeps) {
      this.sweeps = sweeps;
    }

    @Override
    public Job newJob(TriggerFiredBundle bundle, Scheduler scheduler) {
      return bundle.getJobDetail().getJobClass() == Beat.class
          ? new Beat(sweeps)
          : new SweepJob(sweeps);
    }
  }
}
