package io.seqwarden.sweep;

import java.time.Duration;

/** How long to wait before an unreachable database is tried again: 1 s, doubled, 30 s at most. */
final class Backoff {

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private Duration wait = FIRST;

  /** The wait after one more failure. */
  synchronized Duration afterFailure() {
    Duration now = wait;
    Duration doubled = wait.multipliedBy(2);
    wait = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    return now;
  }

  /** A try succeeded. */
  synchronized void reset() {
    wait = FIRST;
  }
}
