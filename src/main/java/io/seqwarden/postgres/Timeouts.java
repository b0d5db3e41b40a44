package io.seqwarden.postgres;

import java.time.Duration;

/**
 * What bounds a transaction on a watched database.
 *
 * @param lock {@code limits.lock-timeout}: the longest wait for one lock
 * @param statement {@code limits.statement-timeout}: the longest run of one statement
 */
public record Timeouts(Duration lock, Duration statement) {

  /** The same, with no statement longer than {@code bound}. */
  public Timeouts within(Duration bound) {
    return new Timeouts(lock, statement.compareTo(bound) < 0 ? statement : bound);
  }
}
