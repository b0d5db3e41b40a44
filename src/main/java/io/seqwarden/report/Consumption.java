package io.seqwarden.report;

import io.seqwarden.drift.Finding;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How fast a sequence is used up: a decaying average over samples that lie a minute or more apart,
 * counted in exact ids.
 *
 * @param last where it stood at the last sample
 * @param at when that was
 * @param idsPerSecond the average; 0 while unknown
 */
record Consumption(Optional<BigInteger> last, Instant at, double idsPerSecond) {

  /** Nothing was seen yet. */
  static final Consumption NONE = new Consumption(Optional.empty(), Instant.MIN, 0);

  private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(60);

  /** What a new sample weighs. */
  private static final double WEIGHT = 0.3;

  Consumption observed(Finding finding, Instant now) {
    Optional<BigInteger> position =
        finding.verdict().position().map(p -> BigInteger.valueOf(p.lastValue()));
    if (position.isEmpty()) {
      return this;
    }
    if (last.isEmpty()) {
      return new Consumption(position, now, 0);
    }
    Duration passed = Duration.between(at, now);
    if (passed.compareTo(BETWEEN_SAMPLES) < 0) {
      return this;
    }
    double rate =
        position.get().subtract(last.get()).abs().doubleValue() / (passed.toMillis() / 1000.0);
    double average = idsPerSecond == 0 ? rate : idsPerSecond * (1 - WEIGHT) + rate * WEIGHT;
    return new Consumption(position, now, average);
  }

  /** Seconds until the effective limit; empty while unknown or standing still. */
  OptionalDouble secondsLeft(Finding finding) {
    if (idsPerSecond <= 0 || last.isEmpty() || finding.sequence().cycles()) {
      return OptionalDouble.empty();
    }
    BigInteger left = finding.verdict().effectiveLimit().subtract(last.get());
    BigInteger ahead = finding.sequence().descending() ? left.negate() : left;
    return OptionalDouble.of(Math.max(0, ahead.doubleValue()) / idsPerSecond);
  }
}
