package io.seqwarden.report;

import java.time.Instant;
import java.util.Comparator;

/**
 * An event's place in the audit trail.
 *
 * @param at when it happened; what guards did is heard of later than it happened
 * @param number in the order in which events were heard of; no two share one
 */
record Stamp(Instant at, long number) implements Comparable<Stamp> {

  private static final Comparator<Stamp> OLDEST_FIRST =
      Comparator.comparing(Stamp::at).thenComparing(Stamp::number);

  @Override
  public int compareTo(Stamp other) {
    return OLDEST_FIRST.compare(this, other);
  }
}
