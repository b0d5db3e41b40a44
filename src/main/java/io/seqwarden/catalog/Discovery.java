package io.seqwarden.catalog;

import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.ObjectName;
import io.seqwarden.drift.Policy;
import io.seqwarden.drift.Sequence;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.ServerFacts;
import io.seqwarden.postgres.SqlResource;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds what is to be watched in a database, by its catalogs alone. Thread-safe. */
public final class Discovery {

  private static final String DISCOVERY = SqlResource.load(Discovery.class, "discovery.sql");

  private final CatalogSettings settings;
  private final ExplicitEntries explicit;
  private final List<TablePattern> include;
  private final List<TablePattern> exclude;

  /**
   * For one database's settings.
   *
   * @throws IllegalArgumentException if a pattern is none
   */
  public Discovery(CatalogSettings settings) {
    this.settings = settings;
    this.explicit = new ExplicitEntries(settings.explicit());
    this.include = settings.include().stream().map(TablePattern::new).toList();
    this.exclude = settings.exclude().stream().map(TablePattern::new).toList();
  }

  /**
   * Discovers; writes nothing.
   *
   * @throws SQLException if the server is not reached or does not answer in time
   */
  public Catalog discover(Database database) throws SQLException {
    return database.read(settings.timeouts(), this::discover);
  }

  private Catalog discover(Connection connection) throws SQLException {
    ServerFacts server = ServerFacts.read(connection);
    ExplicitEntries.Resolved resolved = explicit.resolve(connection);
    Map<Long, Found> found = new LinkedHashMap<>();
    try (PreparedStatement query = connection.prepareStatement(DISCOVERY)) {
      query.setArray(1, connection.createArrayOf("bigint", resolved.linkTables()));
      query.setArray(2, connection.createArrayOf("smallint", resolved.linkColumns()));
      query.setArray(3, connection.createArrayOf("bigint", resolved.linkSequences()));
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          if (isWanted(row)) {
            found
                .computeIfAbsent(row.getLong("sequence_oid"), oid -> new Found(new ArrayList<>()))
                .add(row);
          }
        }
      }
    }
    List<Watched> watched = new ArrayList<>();
    for (Found one : found.values()) {
      Sequence sequence = one.sequence();
      Policy policy = resolved.policy(sequence);
      watched.add(new Watched(sequence, policy));
    }
    return new Catalog(server, watched, resolved.problems());
  }

  private boolean isWanted(ResultSet row) throws SQLException {
    if (row.getString("link").equals(FedColumn.Link.CONFIGURED.name())) {
      return true;
    }
    String schema = row.getString("table_schema");
    String table = row.getString("table_name");
    return include.stream().anyMatch(pattern -> pattern.matches(schema, table))
        && exclude.stream().noneMatch(pattern -> pattern.matches(schema, table));
  }

  /** One sequence as its rows come in. */
  private static final class Found {
    private final List<FedColumn> columns;
    private long oid;
    private ObjectName name = new ObjectName("", "", "");
    private long min;
    private long max;
    private long increment = 1;
    private long cache;
    private boolean cycles;
    private boolean owned;

    Found(List<FedColumn> columns) {
      this.columns = columns;
    }

    void add(ResultSet row) throws SQLException {
      oid = row.getLong("sequence_oid");
      name =
          new ObjectName(
              row.getString("sequence_schema"),
              row.getString("sequence_name"),
              row.getString("sequence_quoted"));
      min = row.getLong("seqmin");
      max = row.getLong("seqmax");
      increment = row.getLong("seqincrement");
      cache = row.getLong("seqcache");
      cycles = row.getBoolean("seqcycle");
      FedColumn column = FedColumns.of(row);
      owned |= column.link() == FedColumn.Link.IDENTITY || column.link() == FedColumn.Link.OWNED;
      columns.add(column);
    }

    Sequence sequence() {
      return new Sequence(oid, name, min, max, increment, cache, cycles, owned, columns);
    }
  }

  /** An array column's elements. */
  static Object[] elements(ResultSet row, String column) throws SQLException {
    Array array = row.getArray(column);
    return array == null ? new Object[0] : (Object[]) array.getArray();
  }
}
