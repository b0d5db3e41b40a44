package io.seqwarden.catalog;

import io.seqwarden.drift.Bounds;
import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.Policy;
import io.seqwarden.drift.Sequence;
import io.seqwarden.postgres.SqlResource;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The configured {@code sequences} of one database, looked up anew at every discovery. An entry
 * that names table, column and sequence ties them together; any entry gives its policy to the
 * sequence that it names, or to those that feed what it names. Thread-safe.
 */
final class ExplicitEntries {

  private static final String RESOLVE = SqlResource.load(ExplicitEntries.class, "resolve.sql");

  private final List<CatalogSettings.Explicit> entries;

  ExplicitEntries(List<CatalogSettings.Explicit> entries) {
    this.entries = List.copyOf(entries);
  }

  Resolved resolve(Connection connection) throws SQLException {
    List<Link> links = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    if (entries.isEmpty()) {
      return new Resolved(links, problems);
    }
    try (PreparedStatement query = connection.prepareStatement(RESOLVE)) {
      query.setArray(1, texts(connection, entries.stream().map(e -> e.table()).toList()));
      query.setArray(2, texts(connection, entries.stream().map(e -> e.column()).toList()));
      query.setArray(3, texts(connection, entries.stream().map(e -> e.sequence()).toList()));
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          Link link = Link.of(entries.get(row.getInt("ordinal") - 1), row);
          link.missing().ifPresentOrElse(problems::add, () -> links.add(link));
        }
      }
    }
    return new Resolved(links, problems);
  }

  private static Array texts(Connection connection, List<Optional<String>> values)
      throws SQLException {
    return connection.createArrayOf(
        "text", values.stream().map(value -> value.orElse(null)).toArray());
  }

  /**
   * An entry with the oids of what it names; 0 where it names nothing, or nothing that is there.
   */
  private record Link(CatalogSettings.Explicit entry, long table, int attnum, long sequence) {

    static Link of(CatalogSettings.Explicit entry, ResultSet row) throws SQLException {
      return new Link(
          entry, row.getLong("table_oid"), row.getInt("attnum"), row.getLong("sequence_oid"));
    }

    /** What of it is not there, and what to do. */
    Optional<String> missing() {
      Optional<String> missing = Optional.empty();
      if (entry.sequence().isPresent() && sequence == 0) {
        missing = Optional.of("sequence " + entry.sequence().get());
      } else if (entry.table().isPresent() && table == 0) {
        missing = Optional.of("table " + entry.table().get());
      } else if (entry.column().isPresent() && attnum == 0) {
        missing =
            Optional.of("column " + entry.column().get() + " of " + entry.table().orElse("?"));
      }
      return missing.map(
          what ->
              Catalog.ENTRY_NOT_FOUND
                  + "%s, which is not there, so the entry has no effect: write it with its schema, as SQL does, or remove the entry"
                      .formatted(what));
    }

    /** What to do about it where it reaches no watched sequence. */
    String withoutEffect() {
      List<String> parts = new ArrayList<>();
      entry.table().ifPresent(name -> parts.add("table = " + name));
      entry.column().ifPresent(name -> parts.add("column = " + name));
      entry.sequence().ifPresent(name -> parts.add("sequence = " + name));
      String title =
          "The entry { %s } of sequences has no effect: ".formatted(String.join(", ", parts));
      return title
          + (isWhole()
              ? "its table or sequence is temporary, an extension's or the server's own, and those are never watched. Remove the entry"
              : "no watched sequence feeds what it names. Give it table, column and sequence if discovery cannot see that they belong together, or remove it");
    }

    /** Whether it ties a sequence to a column, beyond giving a policy. */
    boolean isWhole() {
      return table != 0 && attnum != 0 && sequence != 0;
    }

    /** Whether its policy holds for this sequence. */
    boolean isOf(Sequence candidate) {
      return sequence == 0
          ? candidate.columns().stream().anyMatch(this::isOf)
          : sequence == candidate.oid();
    }

    /** Partitions and children count as the table that they are read with. */
    private boolean isOf(FedColumn column) {
      return (column.tableOid() == table
              || column.members().stream().anyMatch(member -> member.oid() == table))
          && entry.column().map(column.name()::equals).orElse(true);
    }
  }

  /** The outcome of looking the entries up. */
  static final class Resolved {
    private final List<Link> links;
    private final List<String> problems;

    private Resolved(List<Link> links, List<String> problems) {
      this.links = links;
      this.problems = problems;
    }

    Object[] linkTables() {
      return links.stream().filter(Link::isWhole).map(Link::table).toArray();
    }

    Object[] linkColumns() {
      return links.stream().filter(Link::isWhole).map(link -> (short) link.attnum()).toArray();
    }

    Object[] linkSequences() {
      return links.stream().filter(Link::isWhole).map(Link::sequence).toArray();
    }

    /** Entries that name nothing, and those that reach none of these sequences. */
    List<String> problems(List<Watched> watched) {
      List<String> all = new ArrayList<>(problems);
      links.stream()
          .filter(link -> watched.stream().noneMatch(one -> link.isOf(one.sequence())))
          .map(Link::withoutEffect)
          .forEach(all::add);
      return all;
    }

    /** What all entries for a sequence say together. */
    Policy policy(Sequence sequence) {
      return links.stream()
          .filter(link -> link.isOf(sequence))
          .map(link -> link.entry().policy())
          .reduce(Resolved::both)
          .orElse(Policy.DEFAULT);
    }

    /** The more careful of two: several columns of one sequence may have an entry each. */
    private static Policy both(Policy one, Policy other) {
      Optional<Boolean> heal =
          one.heal().isPresent() && other.heal().isPresent()
              ? Optional.of(one.heal().get() && other.heal().get())
              : one.heal().or(other::heal);
      Optional<Bounds> range =
          one.range().isPresent() && other.range().isPresent()
              ? Optional.of(one.range().get().intersect(other.range().get()))
              : one.range().or(other::range);
      return new Policy(
          heal,
          one.guard() && other.guard(),
          one.allocation() == Policy.Allocation.PLAIN ? other.allocation() : one.allocation(),
          range);
    }
  }
}
