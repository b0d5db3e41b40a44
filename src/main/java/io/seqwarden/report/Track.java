package io.seqwarden.report;

import io.seqwarden.drift.Finding;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One sequence's history, small enough for tens of thousands of them: points of 24 bytes in one
 * array, kept only where something changed. A full track drops every second point of its older
 * half, so that what is left reaches back to the start and is dense where it is recent. Not
 * thread-safe.
 */
final class Track {

  /** So many that a plot looks smooth. */
  static final int MAX_POINTS = 120;

  /** So many may always be kept, however full the store of all tracks is. */
  static final int MIN_POINTS = 8;

  /** Time with a flag, last value, mark. */
  private static final int FIELDS = 3;

  private static final BigInteger LOWEST = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger HIGHEST = BigInteger.valueOf(Long.MAX_VALUE);

  /**
   * Points one after the other. The first field of each is its time in ms since 1970, doubled, plus
   * one where there is a mark: no 64-bit mark is free to stand for none.
   */
  private long[] fields = new long[FIELDS];

  private int size;
  private long seenMs;
  private Consumption consumption = Consumption.NONE;

  int size() {
    return size;
  }

  /**
   * Takes what a sweep or a sync has read.
   *
   * @param room whether the store of all tracks has room for one more point
   */
  void observe(Finding finding, Instant now, boolean room) {
    if (finding.verdict().position().isEmpty()) {
      return;
    }
    consumption = consumption.observed(finding, now);
    seenMs = now.toEpochMilli();
    long lastValue = finding.verdict().position().get().lastValue();
    boolean marked = finding.verdict().mark().isPresent();
    long mark =
        finding.verdict().mark().orElse(BigInteger.ZERO).max(LOWEST).min(HIGHEST).longValueExact();
    if (size > 0 && holds(size - 1, lastValue, marked, mark)) {
      return;
    }
    if (size == MAX_POINTS || (!room && size >= MIN_POINTS)) {
      thin();
    }
    if (fields.length == size * FIELDS) {
      fields = Arrays.copyOf(fields, Math.min(2 * size, MAX_POINTS) * FIELDS);
    }
    fields[size * FIELDS] = 2 * seenMs + (marked ? 1 : 0);
    fields[size * FIELDS + 1] = lastValue;
    fields[size * FIELDS + 2] = mark;
    size++;
  }

  private boolean holds(int point, long lastValue, boolean marked, long mark) {
    int at = point * FIELDS;
    return fields[at + 1] == lastValue
        && fields[at + 2] == mark
        && ((fields[at] & 1) == 1) == marked;
  }

  private void thin() {
    int older = size / 2;
    int kept = 0;
    for (int point = 0; point < size; point++) {
      if (point >= older || point % 2 == 0) {
        System.arraycopy(fields, point * FIELDS, fields, kept * FIELDS, FIELDS);
        kept++;
      }
    }
    size = kept;
  }

  /** Seconds until the effective limit at the speed seen; empty while unknown. */
  OptionalDouble secondsLeft(Finding finding) {
    return consumption.secondsLeft(finding);
  }

  History history() {
    List<History.Point> points = new ArrayList<>(size);
    for (int point = 0; point < size; point++) {
      int at = point * FIELDS;
      points.add(
          new History.Point(
              Instant.ofEpochMilli(Math.floorDiv(fields[at], 2)),
              fields[at + 1],
              (fields[at] & 1) == 1 ? OptionalLong.of(fields[at + 2]) : OptionalLong.empty()));
    }
    return new History(points, Instant.ofEpochMilli(seenMs));
  }
}
