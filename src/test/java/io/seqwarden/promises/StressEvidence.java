package io.seqwarden.promises;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** What the sessions of a stress run saw, each value that nextval gave included. Thread-safe. */
final class StressEvidence {

  /** Enough to see what happened; a rewind may give thousands. */
  private static final int EXAMPLES = 5;

  private static final String VIOLATION = "VIOLATION: ";

  private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();
  private final Queue<Drawn> drawn = new ConcurrentLinkedQueue<>();
  private final Map<Long, String> collisions = new ConcurrentHashMap<>();
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();

  /** The values of one session. Not thread-safe, and read only after the session has ended. */
  static final class Drawn {
    private long[] values = new long[1_024];
    private int size;

    void add(long value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    /** The last value, or 0 before the first; no sequence here gives 0. */
    long last() {
      return size == 0 ? 0 : values[size - 1];
    }
  }

  /** A place for the values of one more session. */
  Drawn session() {
    Drawn session = new Drawn();
    drawn.add(session);
    return session;
  }

  void count(String what) {
    count(what, 1);
  }

  void count(String what, long times) {
    counts.computeIfAbsent(what, key -> new LongAdder()).add(times);
  }

  /** A default insert met a row with the id that it had drawn. */
  void collided(long id, String message) {
    collisions.put(id, message);
  }

  /** An oracle's verdict: what must not happen, and how it did. */
  void violation(String kind, String detail) {
    count(VIOLATION + kind);
    if (counted(VIOLATION + kind) <= EXAMPLES) {
      violations.add(kind + ": " + detail);
    }
  }

  /** The ids of {@link #collided}. */
  Map<Long, String> collisions() {
    return collisions;
  }

  long counted(String what) {
    LongAdder count = counts.get(what);
    return count == null ? 0 : count.sum();
  }

  /** Counts the values, and makes each that came twice a violation. */
  void judgeDrawn() {
    int total = drawn.stream().mapToInt(session -> session.size).sum();
    long[] all = new long[total];
    int at = 0;
    for (Drawn session : drawn) {
      System.arraycopy(session.values, 0, all, at, session.size);
      at += session.size;
    }
    Arrays.sort(all);
    List<Long> twice = new ArrayList<>();
    for (int i = 1; i < total; i++) {
      if (all[i] == all[i - 1]) {
        twice.add(all[i]);
      }
    }
    count("values drawn", total);
    count("values drawn twice", twice.size());
    if (!twice.isEmpty()) {
      List<Long> examples = twice.subList(0, Math.min(EXAMPLES, twice.size()));
      violation("nextval gave a value twice", examples.toString());
    }
  }

  /** Some of the violations of each kind; empty where there was none. */
  List<String> violations() {
    return List.copyOf(violations);
  }

  /** The counts, one a line. */
  String table() {
    StringBuilder table = new StringBuilder();
    counts.forEach((what, count) -> table.append("  %-52s %,14d%n".formatted(what, count.sum())));
    return table.toString();
  }
}
