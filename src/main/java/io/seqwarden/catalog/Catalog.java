package io.seqwarden.catalog;

import io.seqwarden.postgres.ServerFacts;
import java.util.List;
import java.util.Objects;

/**
 * What discovery found in one database.
 *
 * @param server what the server is, as of the same transaction
 * @param version a text that is another one whenever the catalogs may say something else
 * @param sequences the watched sequences, ordered by name
 * @param problems configured entries that the server knows nothing of or that reach nothing, and
 *     columns whose sequence cannot be told, a sentence each
 */
public record Catalog(
    ServerFacts server, String version, List<Watched> sequences, List<String> problems) {

  public Catalog {
    Objects.requireNonNull(server, "server");
    Objects.requireNonNull(version, "version");
    sequences = List.copyOf(sequences);
    problems = List.copyOf(problems);
  }

  /** How a problem begins that says that a configured entry names nothing in the database. */
  static final String ENTRY_NOT_FOUND = "sequences names the ";

  /** How one begins that says that a column's default names a sequence that cannot be told. */
  static final String COLUMN_ADRIFT = "The default of ";

  /**
   * Whether {@code problem} says that something was not looked at: a configured entry's table or
   * sequence is not there, or a column's sequence cannot be told. Then not everything was judged.
   */
  public static boolean saysNotLookedAt(String problem) {
    return problem.startsWith(ENTRY_NOT_FOUND) || problem.startsWith(COLUMN_ADRIFT);
  }
}
