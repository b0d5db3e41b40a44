package io.seqwarden.client;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Inserts rows whose ids come from the table's sequence, whatever the caller says of them, so that
 * inserts cannot make it drift. Which columns those are is asked of the database at the first
 * insert; a table that is changed later needs a new inserter. Thread-safe.
 */
public final class Inserter {

  private static final String RESOLVE =
      "select c.oid::pg_catalog.int8, pg_catalog.format('%I.%I', n.nspname, c.relname)"
          + " from pg_catalog.pg_class as c"
          + " join pg_catalog.pg_namespace as n on n.oid = c.relnamespace"
          + " where c.oid = pg_catalog.to_regclass(?)";

  /** Only what the catalogs say: a column that is fed by configuration alone has no default. */
  private final Feeds feeds = new Feeds(List.of());

  private final SequenceRetry retry;
  private final String table;
  private final GivenIds givenIds;
  private volatile Optional<Target> target = Optional.empty();

  /**
   * For one table.
   *
   * @param retry runs the inserts again where the sequence had drifted
   * @param table with its schema, each quoted where SQL needs it: {@code public.ticket}
   * @param givenIds what becomes of values for fed columns
   */
  public Inserter(SequenceRetry retry, String table, GivenIds givenIds) {
    this.retry = Objects.requireNonNull(retry, "retry");
    this.table = Objects.requireNonNull(table, "table");
    this.givenIds = Objects.requireNonNull(givenIds, "givenIds");
  }

  /**
   * The table as the database knows it.
   *
   * @param quoted its name as SQL
   * @param fed its columns that sequences feed; not empty
   */
  private record Target(String quoted, Set<String> fed) {}

  /**
   * Inserts one row, in a transaction of its own.
   *
   * @param row values by column, as {@link PreparedStatement#setObject(int, Object)} takes them;
   *     names are not quoted
   * @return the ids that it got, by fed column
   * @throws SQLException as the driver threw it, of a retry's last attempt
   * @throws IllegalArgumentException if the row has a value for a fed column and those are rejected
   * @throws IllegalStateException if there is no such table, or no sequence feeds it
   */
  public Map<String, Long> insert(Map<String, ?> row) throws SQLException {
    return insertAll(List.of(row)).get(0);
  }

  /**
   * Inserts rows in one transaction: all or none.
   *
   * @param rows see {@link #insert}; rows of the same columns that follow each other are sent as a
   *     batch
   * @return the ids that each got, in the order of the rows
   */
  public List<Map<String, Long>> insertAll(List<? extends Map<String, ?>> rows)
      throws SQLException {
    check(rows);
    return retry.call(connection -> insertAll(connection, rows, target()));
  }

  /** The same in the caller's transaction, behind {@link SequenceRetry#within a savepoint}. */
  public List<Map<String, Long>> insertAll(
      Connection transaction, List<? extends Map<String, ?>> rows) throws SQLException {
    check(rows);
    return retry.within(transaction, connection -> insertAll(connection, rows, target()));
  }

  private Target target() {
    return target.orElseThrow();
  }

  private void check(List<? extends Map<String, ?>> rows) throws SQLException {
    if (target.isEmpty()) {
      try (Lease lease = new Lease(retry.pool(), retry.lookSettings())) {
        target = Optional.of(lease.look(this::ask));
      }
    }
    if (givenIds == GivenIds.DROP) {
      return;
    }
    for (Map<String, ?> row : rows) {
      for (String column : target().fed()) {
        if (row.containsKey(column)) {
          throw new IllegalArgumentException(
              "A row for %s brings a value for %s, which a sequence feeds: leave it out"
                  .formatted(table, column));
        }
      }
    }
  }

  private Target ask(Connection connection) throws SQLException {
    long oid;
    String quoted;
    try (PreparedStatement query = connection.prepareStatement(RESOLVE)) {
      query.setString(1, table);
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          throw new IllegalStateException(
              "There is no table %s: name it with its schema, each quoted where SQL needs it"
                  .formatted(table));
        }
        oid = row.getLong(1);
        quoted = row.getString(2);
      }
    }
    Set<String> fed =
        feeds.of(connection, oid).stream()
            .flatMap(feed -> feed.columns().stream())
            .filter(Feed.Column::asked)
            .map(Feed.Column::name)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (fed.isEmpty()) {
      throw new IllegalStateException(
          "No identity, serial or default feeds %s: insert into it as into any table"
              .formatted(table));
    }
    return new Target(quoted, fed);
  }

  private static List<Map<String, Long>> insertAll(
      Connection connection, List<? extends Map<String, ?>> rows, Target target)
      throws SQLException {
    List<Map<String, Long>> ids = new ArrayList<>(rows.size());
    List<Map<String, ?>> batch = new ArrayList<>();
    for (Map<String, ?> row : rows) {
      Map<String, Object> kept = new LinkedHashMap<>(row);
      kept.keySet().removeAll(target.fed());
      if (!batch.isEmpty() && !batch.get(0).keySet().equals(kept.keySet())) {
        ids.addAll(insertBatch(connection, target, batch));
        batch.clear();
      }
      batch.add(kept);
    }
    if (!batch.isEmpty()) {
      ids.addAll(insertBatch(connection, target, batch));
    }
    return ids;
  }

  private static List<Map<String, Long>> insertBatch(
      Connection connection, Target target, List<Map<String, ?>> rows) throws SQLException {
    List<String> columns = List.copyOf(rows.get(0).keySet());
    String[] returned = target.fed().toArray(new String[0]);
    List<Map<String, Long>> ids = new ArrayList<>(rows.size());
    try (PreparedStatement insert =
        connection.prepareStatement(sql(target.quoted(), columns), returned)) {
      for (Map<String, ?> row : rows) {
        for (int i = 0; i < columns.size(); i++) {
          insert.setObject(i + 1, row.get(columns.get(i)));
        }
        insert.addBatch();
      }
      insert.executeBatch();
      try (ResultSet keys = insert.getGeneratedKeys()) {
        while (keys.next()) {
          Map<String, Long> id = new LinkedHashMap<>();
          for (int i = 0; i < returned.length; i++) {
            id.put(returned[i], keys.getLong(i + 1));
          }
          ids.add(id);
        }
      }
    } catch (BatchUpdateException failure) {
      // Of one row as of many, the caller gets what the server said.
      throw failure.getNextException() == null ? failure : failure.getNextException();
    }
    return ids;
  }

  private static String sql(String table, List<String> columns) {
    if (columns.isEmpty()) {
      return "insert into " + table + " default values";
    }
    String names =
        columns.stream()
            .map(name -> '"' + name.replace("\"", "\"\"") + '"')
            .collect(Collectors.joining(", "));
    return "insert into %s (%s) values (%s)"
        .formatted(table, names, String.join(", ", columns.stream().map(name -> "?").toList()));
  }
}
