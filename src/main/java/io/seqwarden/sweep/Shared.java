package io.seqwarden.sweep;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that callers who arrive together share. Each caller is answered by a run that began after
 * its arrival, since a run under way may already have read what the caller has changed: so at most
 * one runs and one waits. Where a crowd waits, that one begins when no more are coming in, so that
 * a thousand that meet the same error cause a few runs and not as many as fit into the time that it
 * takes to let them all in. Thread-safe.
 */
public final class Shared<T> {

  /** So many callers of one run are a crowd. */
  private static final int CROWD = 8;

  /**
   * A crowd is complete when fewer than {@link #CROWD} have joined it for so long. It does not wait
   * for silence: a client that calls 200 times a second would never grant it.
   */
  private static final Duration LULL = Duration.ofMillis(25);

  /** No crowd waits longer for others: half a second. */
  private static final int MOST_LULLS = 20;

  private final Supplier<T> work;
  private final Executor executor;

  /** Guarded by this. */
  private @Nullable CompletableFuture<T> running;

  /** Guarded by this. */
  private @Nullable CompletableFuture<T> next;

  /** How many wait for {@link #next}. Guarded by this. */
  private int joined;

  /** Shares {@code work}, which {@code executor} runs. */
  public Shared(Supplier<T> work, Executor executor) {
    this.work = work;
    this.executor = executor;
  }

  /** Joins the run that begins next; fails where the executor has been shut down. */
  public synchronized CompletableFuture<T> request() {
    if (running == null) {
      CompletableFuture<T> started = new CompletableFuture<>();
      running = started;
      start(started);
      return started;
    }
    if (next == null) {
      next = new CompletableFuture<>();
      joined = 0;
    }
    joined++;
    return next;
  }

  /** Whether nothing runs. */
  synchronized boolean isIdle() {
    return running == null;
  }

  private void start(CompletableFuture<T> future) {
    try {
      executor.execute(() -> run(future));
    } catch (RejectedExecutionException shutDown) {
      running = null;
      future.completeExceptionally(shutDown);
    }
  }

  private void run(CompletableFuture<T> future) {
    @Nullable T result = null;
    @Nullable Throwable failure = null;
    try {
      result = work.get();
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    synchronized (this) {
      if (joined < CROWD || next == null) {
        startNext();
      } else {
        startWhenComplete(joined, MOST_LULLS);
      }
    }
    if (failure != null) {
      future.completeExceptionally(failure);
    } else {
      future.complete(result);
    }
  }

  private synchronized void startNext() {
    running = next;
    next = null;
    joined = 0;
    if (running != null) {
      start(running);
    }
  }

  /** Holds no thread meanwhile. */
  private void startWhenComplete(int before, int lulls) {
    CompletableFuture.delayedExecutor(LULL.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
        .execute(
            () -> {
              int now = joined();
              if (now - before < CROWD || lulls == 0) {
                startNext();
              } else {
                startWhenComplete(now, lulls - 1);
              }
            });
  }

  private synchronized int joined() {
    return joined;
  }
}
