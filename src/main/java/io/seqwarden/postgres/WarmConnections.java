package io.seqwarden.postgres;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses among a pool's connections the one whose backend knows what is to be read. As long as all
 * backends together may hold what a database has, each part is read by the same one as a rule, and
 * none is given up but right after a large discovery. Thread-safe.
 */
final class WarmConnections {

  private static final Logger LOG = LoggerFactory.getLogger(WarmConnections.class);

  private final HikariDataSource pool;
  private final ConnectionBudget.Share share;

  WarmConnections(HikariDataSource pool, ConnectionBudget.Share share) {
    this.pool = pool;
    this.share = share;
  }

  /**
   * Takes a connection: the one that knows {@code set}, else one with room for it, else a new one
   * where the pool and the budget allow it, else the youngest.
   *
   * <p>One thread at a time chooses, since it holds what it passes over: two would wait for each
   * other's. For the same reason it looks no further while another pool waits for a connection.
   *
   * @throws SQLException if none is to be had
   */
  synchronized Connection choose(WorkingSet set) throws SQLException {
    Connection chosen = pool.getConnection();
    List<Connection> passed = new ArrayList<>();
    try {
      while (!memory(chosen).knows(set) && (isIdleLeft() || mayOpenFor(chosen, set))) {
        Connection other = pool.getConnection();
        if (isBetter(memory(other), memory(chosen), set)) {
          passed.add(chosen);
          chosen = other;
        } else {
          passed.add(other);
        }
      }
    } catch (SQLException e) {
      LOG.debug("{}: no further connection, so one that is there has to do", pool.getPoolName(), e);
    } finally {
      share.giveBackReserved();
      passed.forEach(WarmConnections::giveBack);
    }
    return chosen;
  }

  /**
   * The same, of connections that nobody has to wait for, and for nothing that its backend neither
   * knows nor has room for.
   *
   * @throws SQLException 53300 if there is none
   */
  synchronized Connection chooseSpare(WorkingSet set) throws SQLException {
    if (isSpare()) {
      Connection chosen = choose(set);
      if (suits(chosen, set)) {
        return chosen;
      }
      giveBack(chosen);
    }
    throw new SQLException(
        pool.getPoolName() + " has no connection to spare", SqlState.TOO_MANY_CONNECTIONS.code());
  }

  private static boolean suits(Connection chosen, WorkingSet set) {
    try {
      return memory(chosen).knows(set) || memory(chosen).hasRoomFor(set);
    } catch (SQLException e) {
      LOG.debug("A connection broke as it was chosen", e);
      return false;
    }
  }

  /** Whether one can be taken so that whoever comes next finds another, or may open one. */
  boolean isSpare() {
    HikariPoolMXBean now = pool.getHikariPoolMXBean();
    int idle = now.getIdleConnections();
    int open = now.getTotalConnections();
    boolean another = idle > 1 || open >= pool.getMaximumPoolSize() || share.mayTake();
    return now.getThreadsAwaitingConnection() == 0 && idle > 0 && open > 1 && another;
  }

  /**
   * Has a second connection opened while the only one is in use, where the budget has a permit
   * left. Keeps none: if the server opens no further one, nobody is without that which there is.
   */
  void openSecond() {
    HikariPoolMXBean now = pool.getHikariPoolMXBean();
    boolean lacks = now.getTotalConnections() == 1 && now.getIdleConnections() == 0;
    if (!lacks || pool.getMaximumPoolSize() < 2 || !share.reserve()) {
      return;
    }
    try {
      giveBack(pool.getConnection());
    } catch (SQLException e) {
      LOG.debug("{}: no second connection", pool.getPoolName(), e);
    } finally {
      share.giveBackReserved();
    }
  }

  private static void giveBack(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("A connection broke while it was passed over", e);
    }
  }

  private static BackendMemory memory(Connection connection) throws SQLException {
    return BackendMemory.of(connection);
  }

  private boolean isIdleLeft() {
    return !share.anybodyWaits() && pool.getHikariPoolMXBean().getIdleConnections() > 0;
  }

  private boolean mayOpenFor(Connection chosen, WorkingSet set) throws SQLException {
    return !memory(chosen).hasRoomFor(set)
        && pool.getHikariPoolMXBean().getTotalConnections() < pool.getMaximumPoolSize()
        && share.reserve();
  }

  private static boolean isBetter(BackendMemory one, BackendMemory other, WorkingSet set) {
    if (one.knows(set) != other.knows(set)) {
      return one.knows(set);
    }
    if (one.hasRoomFor(set) != other.hasRoomFor(set)) {
      return one.hasRoomFor(set);
    }
    return one.hasRoomFor(set) ? other.isYoungerThan(one) : one.isYoungerThan(other);
  }
}
