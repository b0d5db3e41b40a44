package io.seqwarden.repair;

import java.time.Duration;
import java.util.Objects;

/**
 * What is kept of events.
 *
 * @param keep {@code events.keep}: how long
 * @param maxRows {@code events.max-rows}: how many at most, newest kept
 * @param inDatabase {@code events.in-database} is not {@code false}: {@code seqwarden.event} is
 *     installed along with the guards
 * @param evenIfPublished {@code events.in-database = true} was said: even where a FOR ALL TABLES
 *     publication carries the table to subscribers
 */
public record EventSettings(
    Duration keep, int maxRows, boolean inDatabase, boolean evenIfPublished) {

  public EventSettings {
    Objects.requireNonNull(keep, "keep");
  }

  /** Without a word said of publications. */
  public EventSettings(Duration keep, int maxRows, boolean inDatabase) {
    this(keep, maxRows, inDatabase, false);
  }
}
