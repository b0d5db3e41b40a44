package io.seqwarden.sweep;

import java.time.Duration;

/** When a database is swept. The first sweep runs at the start either way. */
public sealed interface Schedule {

  /**
   * At a fixed interval.
   *
   * @param interval 1 s or more
   */
  record Every(Duration interval) implements Schedule {}

  /**
   * By a Quartz cron expression, in the JVM's time zone.
   *
   * @param expression for example {@code 0 0/5 * * * ?}
   */
  record Cron(String expression) implements Schedule {}
}
