package io.seqwarden.sweep;

import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.quartz.CronExpression;

/** When a database is swept. The first sweep runs at the start either way. */
public sealed interface Schedule {

  /** From the next sweep after {@code now} to the one after it; empty where none follows. */
  Optional<Duration> interval(Instant now);

  /**
   * At a fixed interval.
   *
   * @param interval 1 s or more
   */
  record Every(Duration interval) implements Schedule {
    public Every {
      if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
        throw new IllegalArgumentException("the interval " + interval + " is shorter than 1 s");
      }
    }

    @Override
    public Optional<Duration> interval(Instant now) {
      return Optional.of(interval);
    }
  }

  /**
   * By a Quartz cron expression, in the JVM's time zone.
   *
   * @param expression for example {@code 0 0/5 * * * ?}
   */
  record Cron(String expression) implements Schedule {
    /**
     * Checks the expression.
     *
     * @throws IllegalArgumentException where Quartz does not understand it, with what it says
     */
    public Cron {
      try {
        CronExpression.validateExpression(expression);
      } catch (ParseException wrong) {
        // It appends the exception that it ran into itself; nobody can do anything with that.
        String cause = String.valueOf(wrong.getMessage()).replaceFirst(" \\(java\\..*", "");
        throw new IllegalArgumentException(cause, wrong);
      }
    }

    @Override
    public Optional<Duration> interval(Instant now) {
      try {
        CronExpression times = new CronExpression(expression);
        Date next = times.getNextValidTimeAfter(Date.from(now));
        Date after = next == null ? null : times.getNextValidTimeAfter(next);
        return after == null
            ? Optional.empty()
            : Optional.of(Duration.between(next.toInstant(), after.toInstant()));
      } catch (ParseException impossible) {
        throw new IllegalStateException("it was checked: " + expression, impossible);
      }
    }
  }
}
