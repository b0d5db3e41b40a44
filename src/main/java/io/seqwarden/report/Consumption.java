package io.seqwarden.report;

import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Position;
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
    BigInteger used = ahead(finding, last.get(), position.get());
    if (used.signum() < 0 || passed.isNegative()) {
      // Somebody set it back, or the clock was: no ids were used up that way.
      return new Consumption(position, now, idsPerSecond);
    }
    if (passed.compareTo(BETWEEN_SAMPLES) < 0) {
      return this;
    }
    double rate = used.doubleValue() / (passed.toMillis() / 1000.0);
    double average = idsPerSecond == 0 ? rate : idsPerSecond * (1 - WEIGHT) + rate * WEIGHT;
    return new Consumption(position, now, average);
  }

  /** Seconds until the effective limit; empty while unknown, or where ids come round again. */
  OptionalDouble secondsLeft(Finding finding) {
    Optional<Position> position = finding.verdict().position();
    if (idsPerSecond <= 0 || position.isEmpty() || finding.sequence().cycles()) {
      return OptionalDouble.empty();
    }
    BigInteger at = BigInteger.valueOf(position.get().lastValue());
    BigInteger left = ahead(finding, at, finding.verdict().effectiveLimit());
    return OptionalDouble.of(left.max(BigInteger.ZERO).doubleValue() / idsPerSecond);
  }

  /** How far {@code to} lies ahead of {@code from}, the way that the sequence counts. */
  private static BigInteger ahead(Finding finding, BigInteger from, BigInteger to) {
    return finding.sequence().descending() ? from.subtract(to) : to.subtract(from);
  }
}
