package io.seqwarden.report;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * How a sequence and its mark went on since this process began to look: the points at which one of
 * them had changed, the recent ones densely and older ones ever more thinly.
 *
 * @param points oldest first; empty where it was never read
 * @param until when it was read last; {@link Instant#EPOCH} where never
 */
public record History(List<Point> points, Instant until) {

  /** Nothing was seen. */
  public static final History NONE = new History(List.of(), Instant.EPOCH);

  public History {
    points = List.copyOf(points);
  }

  /**
   * What was read at one time, and held until the next point.
   *
   * @param lastValue the sequence's last_value
   * @param mark the high-water mark, saturating at the ends of 64 bits; empty for an empty table
   */
  public record Point(Instant at, long lastValue, OptionalLong mark) {}
}
