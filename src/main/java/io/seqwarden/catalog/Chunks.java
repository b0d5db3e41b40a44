package io.seqwarden.catalog;

import io.seqwarden.drift.Observation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one observation reads, in chunks that two threads share out: the observing thread takes them
 * from the front, and a helper, if there is one, from the end. So each sweep's halves are about
 * those of the sweep before, and go to the backends that know them. Thread-safe.
 */
final class Chunks {

  private final List<List<Watched>> chunks;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition helped = lock.newCondition();

  /** What was read of each chunk; empty: not read. Guarded by the lock, as all that follows. */
  private final List<List<Observation>> read;

  /** Which nobody has taken, in order. */
  private final Deque<Integer> left = new ArrayDeque<>();

  private boolean helperReads;
  private boolean wasHelped;
  private boolean closed;

  /** Of {@code chunks}, none of which is empty. */
  Chunks(List<List<Watched>> chunks) {
    this.chunks = List.copyOf(chunks);
    this.read = new ArrayList<>(chunks.stream().map(chunk -> List.<Observation>of()).toList());
    for (int i = 0; i < chunks.size(); i++) {
      left.add(i);
    }
  }

  int count() {
    return chunks.size();
  }

  List<Watched> get(int chunk) {
    return chunks.get(chunk);
  }

  /**
   * The observing thread's next chunk, for {@link #put}. Where the helper has the last one it waits
   * for that, which may be given back.
   *
   * @return empty once all are read
   */
  OptionalInt takeFirst() {
    lock.lock();
    try {
      while (left.isEmpty() && helperReads) {
        helped.awaitUninterruptibly();
      }
      return left.isEmpty() ? OptionalInt.empty() : OptionalInt.of(left.removeFirst());
    } finally {
      lock.unlock();
    }
  }

  /** What was read of a chunk from {@link #takeFirst}. */
  void put(int chunk, List<Observation> observations) {
    lock.lock();
    try {
      read.set(chunk, observations);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The helper's next chunk, for {@link #putLast} or {@link #giveBack}; one at a time.
   *
   * @return empty if it has nothing to do any more
   */
  OptionalInt takeLast() {
    lock.lock();
    try {
      for (Iterator<Integer> each = left.descendingIterator(); !closed && each.hasNext(); ) {
        int chunk = each.next();
        if (isIndexed(chunks.get(chunk))) {
          each.remove();
          helperReads = true;
          return OptionalInt.of(chunk);
        }
      }
      return OptionalInt.empty();
    } finally {
      lock.unlock();
    }
  }

  /** A table without an index takes as long as it takes, and who waits for the helper, too. */
  private static boolean isIndexed(List<Watched> chunk) {
    return chunk.stream()
        .flatMap(one -> one.sequence().columns().stream())
        .allMatch(column -> column.indexed() || column.problem().isPresent());
  }

  /** What was read of the chunk from {@link #takeLast}. */
  void putLast(int chunk, List<Observation> observations) {
    lock.lock();
    try {
      read.set(chunk, observations);
      wasHelped = true;
      helperReads = false;
      helped.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The chunk from {@link #takeLast} was not read, and is anybody's again. */
  void giveBack(int chunk) {
    lock.lock();
    try {
      left.addLast(chunk);
      helperReads = false;
      helped.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more is handed out to the helper. */
  void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the helper read any. */
  boolean wasHelped() {
    lock.lock();
    try {
      return wasHelped;
    } finally {
      lock.unlock();
    }
  }

  /** How many sequences were read. */
  int observed() {
    lock.lock();
    try {
      return read.stream().mapToInt(List::size).sum();
    } finally {
      lock.unlock();
    }
  }

  /** What was read, in order, up to the first chunk that was not. */
  List<Observation> observations() {
    lock.lock();
    try {
      List<Observation> all = new ArrayList<>();
      read.stream().takeWhile(chunk -> !chunk.isEmpty()).forEach(all::addAll);
      return all;
    } finally {
      lock.unlock();
    }
  }
}
