package io.seqwarden.app;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes what was opened, last first, when the JVM is told to end, and ends it with 0: a JVM ends
 * with 143 on SIGTERM unless its hook halts it. Registered before anything is opened, so that a
 * signal that comes while something starts leaves nothing behind either. Thread-safe.
 */
final class Shutdown {

  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

  private final Duration bound;

  /** Held while something is opened or closed. */
  private final Semaphore turn = new Semaphore(1);

  /** Used by whoever has the turn. */
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  private volatile boolean stopping;

  private final Thread hook = new Thread(this::stop, "seqwarden-stop");

  private Shutdown(Duration bound) {
    this.bound = bound;
  }

  /** What opens something. */
  @FunctionalInterface
  interface Opening<T, E extends Exception> {
    /** Opens it. */
    T open() throws E;
  }

  /**
   * Begins to listen for the end of the JVM.
   *
   * @param bound after which the JVM ends, whatever is still being closed
   */
  static Shutdown listening(Duration bound) {
    Shutdown shutdown = new Shutdown(bound);
    Runtime.getRuntime().addShutdownHook(shutdown.hook);
    return shutdown;
  }

  /**
   * Opens something that is to be closed at the end. Does not return once the end has come.
   *
   * @throws E what {@code opening} throws, unless the end has come
   */
  <T extends AutoCloseable, E extends Exception> T open(Opening<T, E> opening) throws E {
    turn.acquireUninterruptibly();
    try {
      if (!stopping) {
        T resource = opening.open();
        opened.push(resource);
        return resource;
      }
    } finally {
      turn.release();
      if (stopping) {
        // What failed because the same Ctrl-C ended its processes is nobody's concern any more.
        waitForTheEnd();
      }
    }
    throw new IllegalStateException("The JVM has been halted");
  }

  /** Waits until the JVM ends. */
  static void waitForTheEnd() {
    CountDownLatch never = new CountDownLatch(1);
    while (true) {
      try {
        never.await();
      } catch (InterruptedException e) {
        LOG.debug("An interrupt does not end seqwarden", e);
      }
    }
  }

  private void closeAll() {
    turn.acquireUninterruptibly();
    try {
      while (!opened.isEmpty()) {
        close(opened.pop());
      }
    } finally {
      turn.release();
    }
  }

  private void stop() {
    stopping = true;
    Thread closing = new Thread(this::closeAll, "seqwarden-close");
    closing.setDaemon(true);
    closing.start();
    try {
      closing.join(bound.toMillis());
      if (closing.isAlive()) {
        LOG.warn("Stopped before everything was closed, after {} s", bound.toSeconds());
      } else {
        LOG.info("Stopped");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      Runtime.getRuntime().halt(ExitCodes.OK);
    }
  }

  /** The start failed: closes what is open and no longer says how the JVM ends. */
  void failed() {
    if (stopping) {
      waitForTheEnd();
    }
    closeAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ends) {
      waitForTheEnd();
    }
  }

  private static void close(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception failure) {
      LOG.warn("{} did not close in order: {}", one.getClass().getSimpleName(), failure.toString());
    }
  }
}
