package io.seqwarden.app;

import io.seqwarden.postgres.ConnectionSettings;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.Databases;
import io.seqwarden.postgres.PooledDatabase;
import io.seqwarden.report.Metrics;
import io.seqwarden.sweep.Connections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Pools with their metrics. Two pools of one name, of a database that is being changed, share their
 * series one after the other: closing the old one takes them away. Thread-safe.
 */
final class Pools implements Connections {

  private final Databases databases;
  private final Metrics metrics;

  /** Those whose metrics are shown, by name. Guarded by this. */
  private final Map<String, PooledDatabase> shown = new HashMap<>();

  /** Those that are still to take their places. Guarded by this. */
  private final Map<String, PooledDatabase> next = new HashMap<>();

  Pools(Databases databases, Metrics metrics) {
    this.databases = databases;
    this.metrics = metrics;
  }

  @Override
  public synchronized Database open(ConnectionSettings settings) {
    PooledDatabase opened = databases.open(settings);
    if (shown.containsKey(settings.name())) {
      next.put(settings.name(), opened);
    } else {
      show(opened);
    }
    return opened;
  }

  @Override
  public synchronized void release(Database database) {
    if (!(database instanceof PooledDatabase pooled)) {
      throw new IllegalArgumentException(database.name() + " was not opened here");
    }
    databases.close(pooled);
    next.remove(pooled.name(), pooled);
    if (shown.remove(pooled.name(), pooled)) {
      @Nullable PooledDatabase successor = next.remove(pooled.name());
      if (successor != null) {
        show(successor);
      }
    }
  }

  private void show(PooledDatabase database) {
    shown.put(database.name(), database);
    metrics.bind(database);
  }
}
