package io.seqwarden.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses among a pool's connections the one whose backend knows what is to be read. As long as all
 * backends together may hold what a database has, each part is always read by the same one, and
 * none is ever given up. Thread-safe.
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
