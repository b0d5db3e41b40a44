package io.seqwarden.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;

/**
 * How much memory the backend of one connection holds on to. PostgreSQL keeps what it learned of
 * each relation for as long as the session lasts; that makes the next reading fast, and has no
 * bound of its own. Belongs to whoever has the connection; not thread-safe.
 *
 * <p>The estimate is of what was measured as private memory of the process on PostgreSQL 15: 12.4
 * kB for a table of two columns with its index and its sequence, and 6 kB for each sequence that
 * discovery finds. Tables with more columns and indexes hold more, which the server tells only
 * those who may read {@code pg_backend_memory_contexts} (14 and newer: superusers; 15 and newer:
 * also {@code pg_read_all_stats}): for them the larger figure counts.
 */
public final class BackendMemory {

  /**
   * Bytes at which a connection is given up. A backend that knows nothing holds 3 MB, and one batch
   * of 200 tables more than the last look may come on top: so it stays within 64 MB.
   */
  static final long MOST = 52L << 20;

  /**
   * Bytes of a discovery at which a connection is given up right after it: what is left could not
   * hold the backend's part of the tables, and it would be given up among them.
   */
  private static final long MOST_DISCOVERED = MOST * 2 / 5;

  static final long TABLE = 9_000;
  static final long SEQUENCE = 4_000;
  static final long SEQUENCE_DISCOVERED = 6_400;

  /** The server is asked again after so many bytes more. */
  private static final long LOOK_AGAIN = 6L << 20;

  private static final String MAY_LOOK =
      SqlResource.load(BackendMemory.class, "may_read_memory.sql");
  private static final String LOOK =
      "select sum(total_bytes) from pg_catalog.pg_backend_memory_contexts";

  /** Oids of what was read. */
  private final Set<Long> known = new HashSet<>();

  private long read;
  private long discovered;
  private long measured;
  private long nextLook = LOOK_AGAIN;
  private boolean mayLook = true;
  private final long born = System.nanoTime();

  BackendMemory() {}

  /** Of a connection's backend; of one that is not ours, an account that nobody reads. */
  public static BackendMemory of(Connection connection) throws SQLException {
    return connection.isWrapperFor(BackendMemory.class)
        ? connection.unwrap(BackendMemory.class)
        : new BackendMemory();
  }

  /**
   * A table's ids were read by an index; again costs nothing more.
   *
   * @param oid the table's
   * @param weight how many tables it is, 1 or more: a tree is read as a whole
   */
  public void table(long oid, int weight) {
    if (known.add(oid)) {
      read += weight * TABLE;
    }
  }

  /** A sequence's position was read; again costs nothing more. */
  public void sequence(long oid) {
    if (known.add(oid)) {
      read += SEQUENCE;
    }
  }

  /** The catalogs were searched, and so many sequences found; again costs nothing more. */
  public void discovered(int sequences) {
    discovered = Math.max(discovered, sequences * SEQUENCE_DISCOVERED);
  }

  private long estimated() {
    return read + discovered;
  }

  private long held() {
    return Math.max(estimated(), measured);
  }

  /** Whether the connection has to be given up. */
  boolean isFull() {
    return held() > MOST || discovered > MOST_DISCOVERED;
  }

  /** Whether the backend did this work before, so that it costs no more memory and less time. */
  boolean knows(WorkingSet set) {
    return set.isDiscovery() ? discovered > 0 : known.contains(set.relation());
  }

  /** Whether it can do this work and stay. */
  boolean hasRoomFor(WorkingSet set) {
    return held() + set.bytes() <= MOST;
  }

  /** Whether the backend is younger than {@code other}'s: less is lost when it is given up. */
  boolean isYoungerThan(BackendMemory other) {
    return born - other.born > 0;
  }

  /** Asks the server, where it is time to and allowed. Outside of a transaction that matters. */
  void look(Connection connection) throws SQLException {
    if (!mayLook || isFull() || estimated() < nextLook) {
      return;
    }
    nextLook = estimated() + LOOK_AGAIN;
    try (Statement statement = connection.createStatement()) {
      try (ResultSet may = statement.executeQuery(MAY_LOOK)) {
        mayLook = may.next() && may.getBoolean(1);
      }
      if (mayLook) {
        try (ResultSet sum = statement.executeQuery(LOOK)) {
          sum.next();
          measured = sum.getLong(1);
        }
      }
    }
  }
}
