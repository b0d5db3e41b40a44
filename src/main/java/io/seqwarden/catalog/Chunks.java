package io.seqwarden.catalog;

import io.seqwarden.drift.Observation;
import java.util.ArrayList;
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

  /** The first chunk that nobody has taken. */
  private int next;

  /** The chunk after the last one that nobody has taken. */
  private int end;

  private boolean helperReads;
  private boolean closed;

  /** Of {@code chunks}, none of which is empty. */
  Chunks(List<List<Watched>> chunks) {
    this.chunks = List.copyOf(chunks);
    this.read = new ArrayList<>(chunks.stream().map(chunk -> List.<Observation>of()).toList());
    this.end = chunks.size();
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
      while (next == end && helperReads) {
        helped.awaitUninterruptibly();
      }
      return next == end ? OptionalInt.empty() : OptionalInt.of(next++);
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
      if (closed || next == end || !isIndexed(chunks.get(end - 1))) {
        return OptionalInt.empty();
      }
      helperReads = true;
      end--;
      return OptionalInt.of(end);
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
  void putLast(List<Observation> observations) {
    lock.lock();
    try {
      read.set(end, observations);
      helperReads = false;
      helped.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The chunk from {@link #takeLast} was not read, and is anybody's again. */
  void giveBack() {
    lock.lock();
    try {
      end++;
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
      return end < chunks.size();
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
