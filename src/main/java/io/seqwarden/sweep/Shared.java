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

  /** A crowd is complete when nobody has joined it for so long. */
  private static final Duration QUIET = Duration.ofMillis(25);

  /** No crowd waits longer for others. */
  private static final Duration LONGEST = Duration.ofMillis(500);

  private final Supplier<T> work;
  private final Executor executor;

  /** Guarded by this. */
  private @Nullable CompletableFuture<T> running;

  /** Guarded by this. */
  private @Nullable CompletableFuture<T> next;

  /** How many wait for {@link #next}. Guarded by this. */
  private int joined;

  /** When the last of them came, by {@link System#nanoTime}. Guarded by this. */
  private long lastJoined;

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
    lastJoined = System.nanoTime();
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
        startWhenQuiet(System.nanoTime());
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
  private void startWhenQuiet(long since) {
    CompletableFuture.delayedExecutor(QUIET.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
        .execute(
            () -> {
              if (isQuiet(since)) {
                startNext();
              } else {
                startWhenQuiet(since);
              }
            });
  }

  private synchronized boolean isQuiet(long since) {
    long now = System.nanoTime();
    return now - lastJoined >= QUIET.toNanos() || now - since >= LONGEST.toNanos();
  }
}
