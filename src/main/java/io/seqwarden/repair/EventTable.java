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
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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
          + " values (?, ?, ?, ?, ?, ?) returning id";

  private final String databaseName;
  private final EventSettings settings;

  /** Guarded by this. */
  private Optional<String> horizon = Optional.empty();

  /** Guarded by this. */
  private Set<Long> seen = new HashSet<>();

  /** For the database of that name in the configuration. */
  public EventTable(String databaseName, EventSettings settings) {
    this.databaseName = databaseName;
    this.settings = settings;
  }

  /**
   * Adds an event of the daemon itself, in the transaction that moved the sequence; {@link
   * #readNew} does not bring it again.
   */
  public synchronized void insert(Connection connection, Event event) throws SQLException {
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
        seen.add(row.getLong(1));
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
   * the first call reads what is there.
   */
  public List<Event> readNew(Database database, Timeouts timeouts) throws SQLException {
    return database.read(timeouts, this::readNew);
  }

  private synchronized List<Event> readNew(Connection connection) throws SQLException {
    String next;
    try (PreparedStatement query = connection.prepareStatement(HORIZON);
        ResultSet row = query.executeQuery()) {
      row.next();
      next = row.getString(1);
    }
    List<Event> events = new ArrayList<>();
    Set<Long> read = new HashSet<>();
    try (PreparedStatement query = connection.prepareStatement(READ)) {
      query.setString(1, horizon.orElse("0"));
      query.setInt(2, settings.maxRows());
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          long id = row.getLong("id");
          read.add(id);
          if (!seen.contains(id)) {
            events.add(event(row));
          }
        }
      }
    }
    seen = read;
    horizon = Optional.of(next);
    return Collections.unmodifiableList(events);
  }

  private Event event(ResultSet row) throws SQLException {
    return new Event(
        row.getObject("at", OffsetDateTime.class).toInstant(),
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
