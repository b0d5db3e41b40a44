package io.seqwarden.sweep;

import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.quartz.CronExpression;

/** When a database is swept. The first sweep runs at the start either way. */
public sealed interface Schedule {

  /**
   * How far sweeps lie apart around {@code now}: the wider of the pause between two that it lies in
   * and the one before, so that a sweep under way after a night without any is not late. Empty
   * where none follows.
   */
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

    /** How far back is looked; a leap day may be eight years away. */
    private static final Duration LONGEST = Duration.ofDays(9 * 366);

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
      CronExpression times = times();
      Optional<Instant> next = after(times, now);
      Optional<Instant> last = next.flatMap(then -> before(times, then));
      if (last.isEmpty()) {
        // The first one is still to come.
        return next.flatMap(then -> after(times, then).map(more -> Duration.between(then, more)));
      }
      Duration present = Duration.between(last.get(), next.get());
      return Optional.of(
          before(times, last.get())
              .map(earlier -> Duration.between(earlier, last.get()))
              .filter(former -> former.compareTo(present) > 0)
              .orElse(present));
    }

    private CronExpression times() {
      try {
        return new CronExpression(expression);
      } catch (ParseException impossible) {
        throw new IllegalStateException("it was checked: " + expression, impossible);
      }
    }

    private static Optional<Instant> after(CronExpression times, Instant moment) {
      return Optional.ofNullable(times.getNextValidTimeAfter(Date.from(moment)))
          .map(Date::toInstant);
    }

    /** The last time before {@code moment}, which Quartz cannot tell; they are whole seconds. */
    private static Optional<Instant> before(CronExpression times, Instant moment) {
      Duration back = Duration.ofMinutes(1);
      while (!isBefore(times, moment.minus(back), moment)) {
        back = back.multipliedBy(2);
        if (back.compareTo(LONGEST) > 0) {
          return Optional.empty();
        }
      }
      Instant low = moment.minus(back);
      Instant high = moment;
      while (Duration.between(low, high).compareTo(Duration.ofSeconds(1)) > 0) {
        Instant middle = low.plus(Duration.between(low, high).dividedBy(2));
        if (isBefore(times, middle, moment)) {
          low = middle;
        } else {
          high = middle;
        }
      }
      return after(times, low);
    }

    /** Whether a time lies after {@code from} and before {@code moment}. */
    private static boolean isBefore(CronExpression times, Instant from, Instant moment) {
      return after(times, from).filter(moment::isAfter).isPresent();
    }
  }
}
