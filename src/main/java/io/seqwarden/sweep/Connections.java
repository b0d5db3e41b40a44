package io.seqwarden.sweep;

import io.seqwarden.postgres.ConnectionSettings;
import io.seqwarden.postgres.Database;

/** Opens the ways to databases. */
@FunctionalInterface
public interface Connections {

  /** Opens one; it connects when it is first used. */
  Database open(ConnectionSettings settings);

  /** Closes one that is not needed any more because the configuration was changed. */
  default void release(Database database) {
    database.close();
  }
}
