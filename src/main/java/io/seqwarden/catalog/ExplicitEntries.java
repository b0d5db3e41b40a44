package io.seqwarden.catalog;

import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.Policy;
import io.seqwarden.drift.Sequence;
import io.seqwarden.postgres.SqlResource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The configured {@code sequences} of one database, looked up anew at every discovery. */
final class ExplicitEntries {

  private static final String RESOLVE = SqlResource.load(ExplicitEntries.class, "resolve.sql");

  private final List<CatalogSettings.Explicit> entries;

  ExplicitEntries(List<CatalogSettings.Explicit> entries) {
    this.entries = List.copyOf(entries);
  }

  /** An entry with the oids of what it names; 0 where it names nothing. */
  private record Link(CatalogSettings.Explicit entry, long table, int attnum, long sequence) {

    /** Whether it ties a sequence to a column, beyond giving a policy. */
    boolean isWhole() {
      return table != 0 && attnum != 0 && sequence != 0;
    }

    boolean isOf(Sequence candidate) {
      if (sequence != 0) {
        return sequence == candidate.oid();
      }
      return candidate.columns().stream().anyMatch(this::isOf);
    }

    private boolean isOf(FedColumn column) {
      return column.tableOid() == table && column.attnum() == attnum;
    }
  }

  /** The outcome of looking the entries up. */
  static final class Resolved {
    private final List<Link> links = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    Object[] linkTables() {
      return links.stream().filter(Link::isWhole).map(Link::table).toArray();
    }

    Object[] linkColumns() {
      return links.stream().filter(Link::isWhole).map(link -> (short) link.attnum()).toArray();
    }

    Object[] linkSequences() {
      return links.stream().filter(Link::isWhole).map(Link::sequence).toArray();
    }

    List<String> problems() {
      return problems;
    }

    Policy policy(Sequence sequence) {
      return links.stream()
          .filter(link -> link.isOf(sequence))
          .map(link -> link.entry().policy())
          .findFirst()
          .orElse(Policy.DEFAULT);
    }
  }

  Resolved resolve(Connection connection) throws SQLException {
    Resolved resolved = new Resolved();
    if (entries.isEmpty()) {
      return resolved;
    }
    try (PreparedStatement query = connection.prepareStatement(RESOLVE)) {
      query.setArray(1, texts(connection, entries.stream().map(e -> e.table()).toList()));
      query.setArray(2, texts(connection, entries.stream().map(e -> e.column()).toList()));
      query.setArray(3, texts(connection, entries.stream().map(e -> e.sequence()).toList()));
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          CatalogSettings.Explicit entry = entries.get(row.getInt("ordinal") - 1);
          add(
              resolved,
              new Link(
                  entry,
                  row.getLong("table_oid"),
                  row.getInt("attnum"),
                  row.getLong("sequence_oid")));
        }
      }
    }
    return resolved;
  }

  private static java.sql.Array texts(Connection connection, List<Optional<String>> values)
      throws SQLException {
    return connection.createArrayOf(
        "text", values.stream().map(value -> value.orElse(null)).toArray());
  }

  private static void add(Resolved resolved, Link link) {
    CatalogSettings.Explicit entry = link.entry();
    Optional<String> missing = Optional.empty();
    if (entry.sequence().isPresent() && link.sequence() == 0) {
      missing = Optional.of("sequence " + entry.sequence().get());
    } else if (entry.table().isPresent() && link.table() == 0) {
      missing = Optional.of("table " + entry.table().get());
    } else if (entry.column().isPresent() && link.attnum() == 0) {
      missing = Optional.of("column " + entry.column().get() + " of " + entry.table().orElse("?"));
    }
    if (missing.isPresent()) {
      resolved.problems.add(
          Catalog.ENTRY_NOT_FOUND
              + "%s, which is not there, so the entry has no effect: write it with its schema, as SQL does, or remove the entry"
                  .formatted(missing.get()));
    } else {
      resolved.links.add(link);
    }
  }
}
