package io.seqwarden.sweep;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many sweeps run at once and keeps the others in the order of their coming, without a
 * thread each. Where there are more databases than connections, those that are due together would
 * otherwise wait for a connection until they give up. Thread-safe.
 */
final class Turns {

  /** Guarded by this. */
  private int allowed;

  /** Below 0 while more run than are allowed now. Guarded by this. */
  private int free;

  /** Guarded by this. */
  private final Deque<Turn> waiting = new ArrayDeque<>();

  private record Turn(Executor executor, Runnable work) {}

  private Turns(int allowed) {
    this.allowed = allowed;
    this.free = allowed;
  }

  /**
   * Turns for so many databases that share so many connections. Where each is sure of one, all may
   * run at once; else a quarter of the connections is left to syncs.
   */
  static Turns of(int databases, int connections) {
    return new Turns(allowed(databases, connections));
  }

  private static int allowed(int databases, int connections) {
    return databases <= connections ? databases : Math.max(1, connections * 3 / 4);
  }

  /** The same for other numbers, from now on. */
  void resize(int databases, int connections) {
    int more;
    synchronized (this) {
      more = allowed(databases, connections) - allowed;
      allowed += more;
      // Those that are added are taken as if they ran, and then passed on.
      free += Math.min(more, 0);
    }
    for (int i = 0; i < more; i++) {
      pass();
    }
  }

  /** What runs on {@code executor} once it has its turn. */
  Executor on(Executor executor) {
    return work -> take(new Turn(executor, work));
  }

  private void take(Turn turn) {
    synchronized (this) {
      if (free <= 0) {
        waiting.add(turn);
        return;
      }
      free--;
    }
    start(turn);
  }

  private void start(Turn turn) {
    try {
      turn.executor().execute(() -> run(turn.work()));
    } catch (RejectedExecutionException shutDown) {
      pass();
      throw shutDown;
    }
  }

  private void run(Runnable work) {
    try {
      work.run();
    } finally {
      pass();
    }
  }

  /** Gives a turn that is over to whoever waits longest. */
  private void pass() {
    for (Turn turn = next(); turn != null; turn = next()) {
      Runnable work = turn.work();
      try {
        turn.executor().execute(() -> run(work));
        return;
      } catch (RejectedExecutionException shutDown) {
        // Work of a database that is closed sees that and ends at once; callers wait for its
        // answer.
        work.run();
      }
    }
  }

  private synchronized @Nullable Turn next() {
    Turn turn = free < 0 ? null : waiting.poll();
    if (turn == null) {
      free++;
    }
    return turn;
  }
}
