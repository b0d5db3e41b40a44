package io.seqwarden.sweep;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that callers who arrive together share. Each caller is answered by a run that began after
 * its arrival, since a run under way may already have read what the caller has changed: so at most
 * one runs and one waits. Thread-safe.
 */
final class Shared<T> {

  private final Supplier<T> work;
  private final Executor executor;

  /** Guarded by this. */
  private @Nullable CompletableFuture<T> running;

  /** Guarded by this. */
  private @Nullable CompletableFuture<T> next;

  Shared(Supplier<T> work, Executor executor) {
    this.work = work;
    this.executor = executor;
  }

  /** Joins the run that begins next. */
  synchronized CompletableFuture<T> request() {
    if (running == null) {
      CompletableFuture<T> started = new CompletableFuture<>();
      running = started;
      start(started);
      return started;
    }
    if (next == null) {
      next = new CompletableFuture<>();
    }
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
      running = next;
      next = null;
      if (running != null) {
        start(running);
      }
    }
    if (failure != null) {
      future.completeExceptionally(failure);
    } else {
      future.complete(result);
    }
  }
}
