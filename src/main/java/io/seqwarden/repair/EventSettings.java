package io.seqwarden.repair;

import java.time.Duration;
import java.util.Objects;

/**
 * What is kept of events.
 *
 * @param keep {@code events.keep}: how long
 * @param maxRows {@code events.max-rows}: how many at most, newest kept
 * @param inDatabase {@code events.in-database}: whether {@code seqwarden.event} is installed
 */
public record EventSettings(Duration keep, int maxRows, boolean inDatabase) {
  public EventSettings {
    Objects.requireNonNull(keep, "keep");
  }
}
