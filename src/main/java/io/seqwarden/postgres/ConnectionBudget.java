package io.seqwarden.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * {@code connections.total}: how many physical connections all pools together may hold, idle ones
 * included. Thread-safe.
 *
 * <p>A pool takes a permit for each connection that it opens and gives it back when that closes.
 * Whoever has to wait, first in first out, makes the pool with the most idle connections close
 * them; and a pool whose transaction ends while others wait closes that connection instead of
 * keeping it. So nobody starves beside connections that nobody uses.
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

  private final Permits permits;
  private final List<Share> shares = new CopyOnWriteArrayList<>();
  private final AtomicInteger waiting = new AtomicInteger();

  ConnectionBudget(int total) {
    if (total < 1) {
      throw new IllegalArgumentException("connections.total is " + total + ", not 1 or more");
    }
    this.total = total;
    this.permits = new Permits(total);
  }

  /**
   * Allows another number. Connections above it are closed as soon as their transactions end.
   *
   * @param wanted 1 or more
   */
  synchronized void resize(int wanted) {
    int before = total;
    total = wanted;
    if (wanted >= before) {
      permits.release(wanted - before);
    } else {
      permits.reducePermits(before - wanted);
      shares.forEach(Share::closeIdle);
    }
  }

  /** What may be reduced below what is out. */
  private static final class Permits extends Semaphore {
    private static final long serialVersionUID = 1L;

    Permits(int number) {
      super(number, true);
    }

    @Override
    public void reducePermits(int reduction) {
      super.reducePermits(reduction);
    }
  }

  int total() {
    return total;
  }

  /** How many connections are open now. */
  int open() {
    return total - permits.availablePermits();
  }

  /** A new pool's part in the budget. */
  Share join() {
    Share share = new Share();
    shares.add(share);
    return share;
  }

  /** Whether that pool may have one more without taking another one's first. */
  private synchronized boolean claim(Share share) {
    int further = shares.stream().mapToInt(one -> Math.max(0, one.held - 1)).sum();
    boolean others = total < shares.size() || further < total - shares.size();
    // A host that does not answer keeps one permit busy while it is tried, and no second one.
    boolean may = share.held == 0 || (share.opened > 0 && others);
    if (may) {
      share.held++;
    }
    return may;
  }

  private synchronized void unclaim(Share share) {
    share.held--;
  }

  private synchronized void count(Share share, int connections) {
    share.opened += connections;
  }

  /** Makes the pool that has most of them close its idle connections. */
  private void closeIdleSomewhere() {
    shares.stream()
        .filter(share -> share.idle() > 0)
        .max(Comparator.comparingInt(Share::idle))
        .ifPresent(Share::closeIdle);
  }

  /** One pool's part in the budget. Thread-safe. */
  final class Share {
    /** Guarded by the budget. */
    private int held;

    /** How many of those are connections by now. Guarded by the budget. */
    private int opened;

    private final AtomicInteger ownWaiting = new AtomicInteger();
    private volatile @Nullable HikariDataSource pool;

    private Share() {}

    /** Tells whose share it is; a pool cannot be made before its data source, which needs this. */
    void belongsTo(HikariDataSource owner) {
      pool = owner;
    }

    /** Leaves the budget; permits that are still out come back when their connections close. */
    void leave() {
      shares.remove(this);
    }

    /** Whether another pool waits for a permit. */
    boolean othersWait() {
      return waiting.get() > ownWaiting.get();
    }

    /**
     * Takes a permit.
     *
     * @param patience how long to wait for one
     * @throws SQLException 53300 if none came free
     */
    Permit acquire(Duration patience) throws SQLException {
      ownWaiting.incrementAndGet();
      waiting.incrementAndGet();
      try {
        long rounds = Math.max(1, patience.dividedBy(LOOK_AGAIN));
        for (long round = 0; round < rounds; round++) {
          long wait = round == 0 ? 0 : LOOK_AGAIN.toMillis();
          if (!claim(this)) {
            TimeUnit.MILLISECONDS.sleep(wait);
            continue;
          }
          boolean taken = false;
          try {
            // Not tryAcquire(): that would overtake those who came earlier.
            taken = permits.tryAcquire(wait, TimeUnit.MILLISECONDS);
          } finally {
            if (!taken) {
              unclaim(this);
            }
          }
          if (taken) {
            return new Permit(this);
          }
          closeIdleSomewhere();
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

    private int idle() {
      HikariDataSource owner = pool;
      return owner == null || owner.isClosed()
          ? 0
          : owner.getHikariPoolMXBean().getIdleConnections();
    }

    /** Closes idle connections now, and those in use when they come back. */
    void closeIdle() {
      HikariDataSource owner = pool;
      if (owner != null && !owner.isClosed()) {
        owner.getHikariPoolMXBean().softEvictConnections();
      }
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
        permits.release();
        unclaim(share);
      }
    }
  }
}
