package io.seqwarden.sweep;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a database is paused, and until when. Kept in memory only. Thread-safe. */
final class Pause {

  private final Clock clock;

  /** When it ends; {@code Instant.MAX} until resumed; null while not paused. Guarded by this. */
  private @Nullable Instant until;

  Pause(Clock clock) {
    this.clock = clock;
  }

  synchronized void begin(Optional<Duration> length) {
    until = length.map(clock.instant()::plus).orElse(Instant.MAX);
  }

  synchronized void end() {
    until = null;
  }

  synchronized boolean active() {
    return until != null && clock.instant().isBefore(until);
  }

  /** When an active pause ends by itself. */
  synchronized Optional<Instant> ends() {
    return active() && !Instant.MAX.equals(until) ? Optional.ofNullable(until) : Optional.empty();
  }
}
