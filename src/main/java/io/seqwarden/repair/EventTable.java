package io.seqwarden.repair;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.Reason;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.SqlResource;
import io.seqwarden.postgres.Timeouts;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The audit trail in {@code seqwarden.event}. Thread-safe.
 *
 * <p>Rows are read once each, in whatever order their transactions commit: by the snapshot before
 * which all was known, and the ids that were seen since.
 */
public final class EventTable {

  private static final String READ = SqlResource.load(EventTable.class, "read_events.sql");
  private static final String PRUNE = SqlResource.load(EventTable.class, "prune_events.sql");
  private static final String HORIZON =
      "select pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text";
  private static final String INSERT =
      "insert into seqwarden.event (sequence, source, before, after, mark, reason)"
          + " values (?, ?, ?, ?, ?, ?) returning id, at";

  /**
   * How far behind the last snapshot rows are looked for again. A crash, or a failover to a standby
   * that was behind, gives out transaction ids anew which a lost transaction had.
   */
  private static final long MARGIN_XIDS = 1_000;

  private final String databaseName;
  private final EventSettings settings;

  /** Guarded by this. */
  private long horizon;

  /** Guarded by this. */
  private Set<Row> seen = Set.of();

  /** What {@link #insert} wrote and {@link #readNew} has not met yet. Guarded by this. */
  private final Set<Row> own = new HashSet<>();

  /** A failover that loses rows gives out their ids anew, hence the time. */
  private record Row(long id, Instant at) {}

  private record Visible(long horizon, Map<Row, Event> events) {}

  /** For the database of that name in the configuration. */
  public EventTable(String databaseName, EventSettings settings) {
    this.databaseName = databaseName;
    this.settings = settings;
  }

  /** The same table by other settings, with what is known of its rows. */
  public EventTable with(EventSettings other) {
    EventTable next = new EventTable(databaseName, other);
    synchronized (this) {
      next.take(horizon, seen, own);
    }
    return next;
  }

  private synchronized void take(long knownHorizon, Set<Row> knownRows, Set<Row> ownRows) {
    horizon = knownHorizon;
    seen = knownRows;
    own.addAll(ownRows);
  }

  /**
   * Adds an event of the daemon itself; {@link #readNew} does not bring it again, whether or not
   * the answer to the transaction's COMMIT arrives.
   */
  public void insert(Connection connection, Event event) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setString(1, event.sequence());
      insert.setString(2, event.source().word());
      setLong(insert, 3, event.before());
      setLong(insert, 4, event.after());
      if (event.mark().isPresent()) {
        insert.setBigDecimal(5, new BigDecimal(event.mark().get()));
      } else {
        insert.setNull(5, Types.NUMERIC);
      }
      insert.setString(6, event.refusal().map(Reason.Code::word).orElse(null));
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        synchronized (this) {
          own.add(row(row));
        }
      }
    }
  }

  private static void setLong(PreparedStatement statement, int index, OptionalLong value)
      throws SQLException {
    if (value.isPresent()) {
      statement.setLong(index, value.getAsLong());
    } else {
      statement.setNull(index, Types.BIGINT);
    }
  }

  /**
   * Reads events that became visible since the last call, newest first, at most {@code max-rows};
   * the first call reads what is there. Where it fails, the next call brings the same. One thread
   * at a time calls it.
   */
  public List<Event> readNew(Database database, Timeouts timeouts) throws SQLException {
    return take(database.read(timeouts, this::visible));
  }

  /** Only once the transaction has ended: until then it may fail, or be run again. */
  private synchronized List<Event> take(Visible visible) {
    List<Event> events = new ArrayList<>();
    visible
        .events()
        .forEach(
            (row, event) -> {
              if (!own.remove(row) && !seen.contains(row)) {
                events.add(event);
              }
            });
    seen = Set.copyOf(visible.events().keySet());
    horizon = visible.horizon();
    // Those whose transaction was rolled back are never met.
    long newest = seen.stream().mapToLong(Row::id).max().orElse(0);
    own.removeIf(row -> row.id() <= newest - settings.maxRows());
    return Collections.unmodifiableList(events);
  }

  private synchronized long from() {
    return Math.max(0, horizon - MARGIN_XIDS);
  }

  private Visible visible(Connection connection) throws SQLException {
    long next;
    try (PreparedStatement query = connection.prepareStatement(HORIZON);
        ResultSet row = query.executeQuery()) {
      row.next();
      next = Long.parseLong(row.getString(1));
    }
    Map<Row, Event> events = new LinkedHashMap<>();
    try (PreparedStatement query = connection.prepareStatement(READ)) {
      query.setString(1, Long.toString(from()));
      query.setInt(2, settings.maxRows());
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          events.put(row(row), event(row));
        }
      }
    }
    return new Visible(next, events);
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(row.getLong("id"), at(row));
  }

  private static Instant at(ResultSet row) throws SQLException {
    return row.getObject("at", OffsetDateTime.class).toInstant();
  }

  private Event event(ResultSet row) throws SQLException {
    return new Event(
        at(row),
        databaseName,
        row.getString("sequence"),
        Event.Source.valueOf(row.getString("source").toUpperCase(Locale.ROOT)),
        optionalLong(row, "before"),
        optionalLong(row, "after"),
        mark(row.getString("mark")),
        reason(row.getString("reason")),
        row.getString("session_name"),
        row.getString("role"),
        row.getString("application_name"),
        Optional.ofNullable(row.getString("client_addr")));
  }

  private static OptionalLong optionalLong(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /** NaN and the infinities, which a numeric column may hold, are no integer and left out. */
  private static Optional<BigInteger> mark(@Nullable String text) {
    if (text == null || text.endsWith("NaN") || text.endsWith("Infinity")) {
      return Optional.empty();
    }
    return Optional.of(new BigDecimal(text).setScale(0, RoundingMode.FLOOR).toBigInteger());
  }

  private static Optional<Reason.Code> reason(@Nullable String word) {
    return word == null
        ? Optional.empty()
        : Optional.of(Reason.Code.valueOf(word.toUpperCase(Locale.ROOT)));
  }

  /** Deletes what is older or more than the settings allow, up to 10,000 rows a call. */
  public int prune(Database database, Timeouts timeouts) throws SQLException {
    return database.write(
        timeouts,
        connection -> {
          try (PreparedStatement delete = connection.prepareStatement(PRUNE)) {
            delete.setLong(1, settings.keep().toMillis());
            delete.setInt(2, settings.maxRows());
            return delete.executeUpdate();
          }
        });
  }
}
