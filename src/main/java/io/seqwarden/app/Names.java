package io.seqwarden.app;

import io.seqwarden.catalog.Watched;
import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.ObjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the tables and sequences that people name on the command line: with or without a schema,
 * quoted as SQL would or not.
 */
final class Names {

  /** By database: what is watched there. */
  private final Map<String, List<Watched>> watched;

  Names(Map<String, List<Watched>> watched) {
    this.watched = watched;
  }

  /**
   * A table or sequence of one database.
   *
   * @param table whether it is a table
   */
  record Found(String database, ObjectName name, boolean table) implements Comparable<Found> {
    @Override
    public int compareTo(Found other) {
      int order = database.compareTo(other.database);
      return order != 0 ? order : name.compareTo(other.name);
    }
  }

  /**
   * The one object that each of {@code names} means.
   *
   * @throws CommandFailedException with every name that means none, or several
   */
  List<Found> resolve(List<String> names) {
    List<String> problems = new ArrayList<>();
    Set<Found> resolved = new TreeSet<>();
    for (String name : names) {
      Set<Found> found = find(name);
      if (found.size() == 1) {
        resolved.addAll(found);
      } else {
        problems.add(found.isEmpty() ? unknown(name) : ambiguous(name, found));
      }
    }
    if (!problems.isEmpty()) {
      throw new CommandFailedException(problems, ExitCodes.UNJUDGED);
    }
    return List.copyOf(resolved);
  }

  private Set<Found> find(String name) {
    Set<Found> exact = objects().filter(o -> isCalled(o.name(), name)).collect(sorted());
    if (!exact.isEmpty()) {
      return exact;
    }
    // What is not quoted, SQL takes as if it were written small.
    String folded = name.toLowerCase(Locale.ROOT);
    return objects().filter(o -> isCalled(o.name(), folded)).collect(sorted());
  }

  private static Collector<Found, ?, Set<Found>> sorted() {
    return Collectors.toCollection(TreeSet::new);
  }

  private static boolean isCalled(ObjectName object, String name) {
    return name.equals(object.quoted())
        || name.equals(object.schema() + "." + object.name())
        || name.equals(quote(object.schema()) + "." + quote(object.name()))
        || name.equals(object.name())
        || name.equals(quote(object.name()));
  }

  private static String quote(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private Stream<Found> objects() {
    return watched.entrySet().stream()
        .flatMap(
            of -> of.getValue().stream().flatMap(entry -> objects(of.getKey(), entry)).distinct());
  }

  private static Stream<Found> objects(String database, Watched entry) {
    Stream<ObjectName> tables =
        entry.sequence().columns().stream()
            .flatMap(
                column ->
                    Stream.concat(
                        Stream.of(column.table()),
                        column.members().stream().map(FedColumn.Member::table)));
    return Stream.concat(
        Stream.of(new Found(database, entry.sequence().name(), false)),
        tables.map(table -> new Found(database, table, true)));
  }

  private String unknown(String name) {
    return ("No watched sequence or table is called %s: none in %s has that name. Write it as SQL does,"
            + " with its schema where another has the name too; \"seqwarden check\" lists what is"
            + " watched.")
        .formatted(name, String.join(", ", watched.keySet()));
  }

  private static String ambiguous(String name, Set<Found> found) {
    boolean oneDatabase = found.stream().map(Found::database).distinct().count() == 1;
    String those =
        found.stream()
            .map(o -> oneDatabase ? o.name().quoted() : o.database() + " " + o.name().quoted())
            .collect(Collectors.joining(", "));
    return "%s is not clear: it may be %s. %s"
        .formatted(
            name,
            those,
            oneDatabase
                ? "Write it with its schema."
                : "Write it with its schema, and name one database by --url.");
  }
}
