package io.seqwarden.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * {@code connections.total}: how many physical connections all pools together may hold, idle ones
 * included. Thread-safe.
 *
 * <p>A pool takes a permit for each connection that it opens and gives it back when that closes.
 * Whoever has to wait, first in first out, makes the pool that used its idle connections least
 * recently close them; and where there are none, a pool whose transaction ends closes that
 * connection instead of keeping it. So nobody starves beside connections that nobody uses.
 *
 * <p>Where there are as many permits as pools, each pool is sure of one: a second one is given only
 * out of what the others' first ones leave. So no number of databases that hang keeps another from
 * being swept.
 */
final class ConnectionBudget {

  /** Idle connections are looked for again this often while waiting. */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  /** Guarded by this for writing. */
  private volatile int total;

  /** Permits that are out; guarded by this. */
  private int taken;

  /** Who waits, in the order of arrival; guarded by this. */
  private final Queue<Waiter> queue = new ArrayDeque<>();

  private final List<Share> shares = new CopyOnWriteArrayList<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /** Someone who waits for a permit; guarded by the budget. */
  private static final class Waiter {
    private final Share share;
    private boolean served;

    Waiter(Share share) {
      this.share = share;
    }
  }

  ConnectionBudget(int total) {
    if (total < 1) {
      throw new IllegalArgumentException("connections.total is " + total + ", not 1 or more");
    }
    this.total = total;
  }

  /**
   * Allows another number. Connections above it are closed as soon as their transactions end.
   *
   * @param wanted 1 or more
   */
  synchronized void resize(int wanted) {
    boolean fewer = wanted < total;
    total = wanted;
    if (fewer) {
      shares.forEach(Share::closeIdle);
    }
    serve();
  }

  int total() {
    return total;
  }

  /** How many connections are open now. */
  synchronized int open() {
    return taken;
  }

  /** A new pool's part in the budget. */
  Share join() {
    Share share = new Share();
    shares.add(share);
    return share;
  }

  /** Gives what there is to those who wait, first in first out but for whom may not have more. */
  private synchronized void serve() {
    for (Iterator<Waiter> waiters = queue.iterator(); waiters.hasNext(); ) {
      Waiter next = waiters.next();
      if (take(next.share)) {
        next.served = true;
        waiters.remove();
      }
    }
    notifyAll();
  }

  /** Takes a permit where there is one and that pool may have one more. */
  private synchronized boolean take(Share share) {
    boolean may = mayTake(share);
    if (may) {
      taken++;
      share.held++;
    }
    return may;
  }

  private synchronized boolean mayTake(Share share) {
    int further = shares.stream().mapToInt(one -> Math.max(0, one.held - 1)).sum();
    boolean others = total < shares.size() || further < total - shares.size();
    // A host that does not answer keeps one permit busy while it is tried, and no second one.
    return taken < total && (share.held == 0 || (share.opened > 0 && others));
  }

  private synchronized void release(Share share) {
    taken--;
    share.held--;
    serve();
  }

  /**
   * Waits for a permit.
   *
   * @return whether one came within {@code patience}
   */
  private boolean await(Share share, Duration patience) throws InterruptedException {
    Waiter waiter = new Waiter(share);
    long end = System.nanoTime() + patience.toNanos();
    boolean kept = false;
    try {
      queue(waiter);
      while (!isServed(waiter, Duration.ZERO) && System.nanoTime() - end < 0) {
        closeIdleSomewhere();
        isServed(waiter, LOOK_AGAIN);
      }
      kept = true;
    } finally {
      kept = leaveQueue(waiter, kept);
    }
    return kept;
  }

  private synchronized void queue(Waiter waiter) {
    queue.add(waiter);
    serve();
  }

  private synchronized boolean isServed(Waiter waiter, Duration longest)
      throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    for (long left = longest.toNanos();
        !waiter.served && left > 0;
        left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return waiter.served;
  }

  /** Whether it has a permit now; what it got and does not keep goes back. */
  private synchronized boolean leaveQueue(Waiter waiter, boolean keeps) {
    queue.remove(waiter);
    if (waiter.served && !keeps) {
      release(waiter.share);
    }
    return waiter.served && keeps;
  }

  private synchronized void count(Share share, int connections) {
    share.opened += connections;
  }

  /** Makes the pool that used them least recently close its idle connections. */
  private void closeIdleSomewhere() {
    shares.stream()
        .filter(share -> share.idle() > 0)
        .min(Comparator.comparingLong(share -> share.lastUsed - System.nanoTime()))
        .ifPresent(Share::closeIdle);
  }

  /** One pool's part in the budget. Thread-safe. */
  final class Share {
    /** Guarded by the budget. */
    private int held;

    /** How many of those are connections by now. Guarded by the budget. */
    private int opened;

    private final AtomicInteger ownWaiting = new AtomicInteger();
    private final AtomicReference<@Nullable Permit> reserved = new AtomicReference<>();
    private volatile @Nullable HikariDataSource pool;
    private volatile long lastUsed = System.nanoTime();

    private Share() {}

    /** Tells whose share it is; a pool cannot be made before its data source, which needs this. */
    void belongsTo(HikariDataSource owner) {
      pool = owner;
    }

    /** Leaves the budget; permits that are still out come back when their connections close. */
    void leave() {
      shares.remove(this);
      serve();
    }

    /**
     * Tells that a transaction of this pool ended, so that its connection is idle. It is closed
     * where more are open than may be, and where another pool waits and nobody else has an idle one
     * to give: work of several transactions goes on faster with the connection it has.
     */
    void used() {
      lastUsed = System.nanoTime();
      boolean othersNeedIt =
          waiting.get() > ownWaiting.get()
              && shares.stream().noneMatch(share -> share != this && share.idle() > 0);
      if (othersNeedIt || open() > total) {
        closeIdle();
      }
    }

    /** Whether another pool waits for a permit, or this one does. */
    boolean anybodyWaits() {
      return waiting.get() > 0;
    }

    /** Whether there is a permit for this pool now that nobody waits for. */
    boolean mayTake() {
      return !anybodyWaits() && ConnectionBudget.this.mayTake(this);
    }

    /**
     * Sets a permit aside for the next connection, where there is one that nobody waits for.
     *
     * @return whether there is now; {@link #giveBackReserved} takes back what was not used
     */
    boolean reserve() {
      if (anybodyWaits() || !take(this)) {
        return false;
      }
      Permit before = reserved.getAndSet(new Permit(this));
      if (before != null) {
        before.release();
      }
      return true;
    }

    /** Gives back a permit that was reserved and not used. */
    void giveBackReserved() {
      Permit unused = reserved.getAndSet(null);
      if (unused != null) {
        unused.release();
      }
    }

    /**
     * Takes a permit.
     *
     * @param patience how long to wait for one
     * @throws SQLException 53300 if none came free
     */
    Permit acquire(Duration patience) throws SQLException {
      Permit setAside = reserved.getAndSet(null);
      if (setAside != null) {
        return setAside;
      }
      ownWaiting.incrementAndGet();
      waiting.incrementAndGet();
      try {
        if (await(this, patience)) {
          return new Permit(this);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SQLException(
            "Interrupted while waiting for a connection", SqlState.TOO_MANY_CONNECTIONS.code(), e);
      } finally {
        ownWaiting.decrementAndGet();
        waiting.decrementAndGet();
      }
      throw new SQLException(
          ("All %d connections that connections.total allows were in use for %d s: raise it, or"
                  + " sweep less often.")
              .formatted(total, patience.toSeconds()),
          SqlState.TOO_MANY_CONNECTIONS.code());
    }

    /** None while a thread waits for one: what is idle then is on its way to it. */
    private int idle() {
      HikariDataSource owner = pool;
      return owner == null || owner.isClosed() || isAwaited(owner)
          ? 0
          : owner.getHikariPoolMXBean().getIdleConnections();
    }

    /**
     * Closes idle connections now, and those in use when they come back. Not while a thread waits
     * for one: a connection that is closed on its way to it leaves it waiting for a further one,
     * which nobody opens.
     */
    void closeIdle() {
      HikariDataSource owner = pool;
      if (owner != null && !owner.isClosed() && !isAwaited(owner)) {
        owner.getHikariPoolMXBean().softEvictConnections();
      }
    }

    private static boolean isAwaited(HikariDataSource owner) {
      return owner.getHikariPoolMXBean().getThreadsAwaitingConnection() > 0;
    }
  }

  /** The right to hold one connection. */
  final class Permit {
    private final AtomicBoolean held = new AtomicBoolean(true);
    private final AtomicBoolean opened = new AtomicBoolean();

    private final Share share;

    private Permit(Share share) {
      this.share = share;
    }

    /** The connection is there. */
    void opened() {
      opened.set(true);
      count(share, 1);
    }

    /** Gives it back; a second call does nothing. */
    void release() {
      if (held.compareAndSet(true, false)) {
        if (opened.get()) {
          count(share, -1);
        }
        ConnectionBudget.this.release(share);
      }
    }
  }
}
