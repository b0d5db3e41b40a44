package io.seqwarden.postgres;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Opens databases that share one budget of connections, {@code connections.total}. Thread-safe.
 *
 * <p>Never are more physical connections open than the budget allows, idle ones included.
 */
public final class Databases implements AutoCloseable {

  private final ConnectionBudget budget;

  /** One thread for the housekeeping of all pools; each would start one of its own. */
  private final ScheduledThreadPoolExecutor housekeeping =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "seqwarden-pools");
            thread.setDaemon(true);
            return thread;
          });

  private final List<PooledDatabase> opened = new CopyOnWriteArrayList<>();

  /**
   * Opens nothing yet.
   *
   * @param connectionsTotal how many connections over all databases, 1 or more
   */
  public Databases(int connectionsTotal) {
    this.budget = new ConnectionBudget(connectionsTotal);
    housekeeping.setRemoveOnCancelPolicy(true);
  }

  /** A pool for one database; connects when first used, so that a dead server fails no start. */
  public PooledDatabase open(ConnectionSettings settings) {
    PooledDatabase database = new PooledDatabase(settings, budget, housekeeping);
    opened.add(database);
    return database;
  }

  /** Closes one of them; its part in the budget is free then. */
  public void close(PooledDatabase database) {
    opened.remove(database);
    database.close();
  }

  /** Allows another number of connections over all databases, 1 or more, from now on. */
  public void resize(int connectionsTotal) {
    budget.resize(connectionsTotal);
    opened.forEach(PooledDatabase::fit);
  }

  /** How many physical connections are open now. */
  public int openConnections() {
    return budget.open();
  }

  /** Closes every database. */
  @Override
  public void close() {
    opened.forEach(PooledDatabase::close);
    opened.clear();
    housekeeping.shutdownNow();
  }
}
