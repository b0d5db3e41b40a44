package io.seqwarden.sweep;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** The threads of a database's own, so that a slow or dead one delays no other. */
final class SweepThreads {

  /**
   * What an orderly end may take; the rest is cut off by closing the pools. With the server's three
   * seconds it stays within the ten that the whole stop may take.
   */
  private static final Duration GRACE = Duration.ofSeconds(6);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private SweepThreads() {}

  /** As many as the database may have connections. */
  static ExecutorService of(DatabaseSettings settings) {
    AtomicInteger number = new AtomicInteger();
    int threads = settings.connection().connections();
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread =
                  new Thread(work, "seqwarden-" + settings.name() + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /**
   * Waits until what was told to end has ended, {@link #GRACE} at most, and cuts off the rest.
   *
   * @param hurry whether there is no time for that any more
   */
  static void awaitEnd(List<ExecutorService> ending, BooleanSupplier hurry) {
    long rounds = GRACE.dividedBy(LOOK_AGAIN);
    for (ExecutorService one : ending) {
      try {
        boolean ended = one.isTerminated();
        while (!ended && rounds > 0 && !hurry.getAsBoolean()) {
          ended = one.awaitTermination(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
          rounds--;
        }
        if (!ended) {
          cutOff(one);
        }
      } catch (InterruptedException e) {
        cutOff(one);
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * What never began is run here. It sees that its database is closed and ends at once; if it were
   * dropped, those who wait for it would wait on, and its turn would be nobody's any more.
   */
  private static void cutOff(ExecutorService one) {
    one.shutdownNow().forEach(Runnable::run);
  }
}
