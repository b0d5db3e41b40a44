package io.seqwarden.client;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How long and how often a retry tries.
 *
 * @param attempts how often work runs at most, 1 to 1000
 * @param firstPause at most so long after the second attempt that failed; doubled with each. The
 *     pause itself is drawn between none and that, so that many who failed together do not meet
 *     again. After the first there is none
 * @param longestPause what the doubling ends at
 * @param lockTimeout of the statements that look into a failure, 1 ms or more
 * @param statementTimeout the same
 * @param links what the catalogs do not tell
 */
public record RetrySettings(
    int attempts,
    Duration firstPause,
    Duration longestPause,
    Duration lockTimeout,
    Duration statementTimeout,
    List<Link> links) {

  /** Twenty attempts, with pauses of 5 ms to 80 ms at most: half a second or so for all of them. */
  public static final RetrySettings DEFAULT =
      new RetrySettings(
          20,
          Duration.ofMillis(5),
          Duration.ofMillis(80),
          Duration.ofMillis(200),
          Duration.ofSeconds(5),
          List.of());

  public RetrySettings {
    if (attempts < 1 || attempts > 1_000) {
      throw new IllegalArgumentException("attempts must be 1 to 1000, not " + attempts);
    }
    requireLength("firstPause", firstPause, Duration.ZERO);
    requireLength("longestPause", longestPause, firstPause);
    requireLength("lockTimeout", lockTimeout, Duration.ofMillis(1));
    requireLength("statementTimeout", statementTimeout, Duration.ofMillis(1));
    links = List.copyOf(links);
  }

  private static void requireLength(String name, Duration given, Duration atLeast) {
    Objects.requireNonNull(given, name);
    if (given.compareTo(atLeast) < 0 || given.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "%s must be %s to one day, not %s".formatted(name, atLeast, given));
    }
  }

  /** These with another number of attempts. */
  public RetrySettings withAttempts(int number) {
    return new RetrySettings(
        number, firstPause, longestPause, lockTimeout, statementTimeout, links);
  }

  /** These with other links. */
  public RetrySettings withLinks(List<Link> others) {
    return new RetrySettings(
        attempts, firstPause, longestPause, lockTimeout, statementTimeout, others);
  }
}
