package io.seqwarden.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SharedTest {

  /** A caller every so often: fewer than a crowd in the time that a crowd waits for more. */
  private static final Duration STEADY = Duration.ofMillis(8);

  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final CountDownLatch held = new CountDownLatch(1);
  private final AtomicInteger runs = new AtomicInteger();

  /** Its first run ends when {@link #held} is let go; each is answered with its number. */
  private final Shared<Integer> shared =
      new Shared<>(
          () -> {
            int run = runs.incrementAndGet();
            if (run == 1) {
              awaitHeld();
            }
            return run;
          },
          thread);

  private void awaitHeld() {
    try {
      assertThat(held.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void end() {
    held.countDown();
    thread.shutdownNow();
  }

  private List<CompletableFuture<Integer>> callers(int count) {
    List<CompletableFuture<Integer>> callers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      callers.add(shared.request());
    }
    return callers;
  }

  @Test
  void whoComesWhileARunIsUnderWayIsAnsweredByTheNextOne() throws Exception {
    CompletableFuture<Integer> first = shared.request();
    List<CompletableFuture<Integer>> others = callers(1_000);

    held.countDown();

    assertThat(first.get(1, TimeUnit.MINUTES)).isEqualTo(1);
    assertThat(others).allSatisfy(other -> assertThat(other.get(1, TimeUnit.MINUTES)).isEqualTo(2));
  }

  @Test
  void aCrowdDoesNotWaitForCallersThatComeSteadily() throws Exception {
    CompletableFuture<Integer> first = shared.request();
    CompletableFuture<Integer> crowd = callers(20).get(0);

    held.countDown();
    first.get(1, TimeUnit.MINUTES);
    List<CompletableFuture<Integer>> steady = new ArrayList<>();
    while (!crowd.isDone()) {
      steady.add(shared.request());
      LockSupport.parkNanos(STEADY.toNanos());
    }

    // As many as come in 25 ms, not in the half second that a crowd waits at most.
    assertThat(steady).hasSizeLessThan(30);
  }
}
