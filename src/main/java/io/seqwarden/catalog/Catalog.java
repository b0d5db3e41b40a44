package io.seqwarden.catalog;

import io.seqwarden.postgres.ServerFacts;
import java.util.List;
import java.util.Objects;

/**
 * What discovery found in one database.
 *
 * @param server what the server is, as of the same transaction
 * @param sequences the watched sequences, ordered by name
 * @param problems configured entries that the server knows nothing of, a sentence each
 */
public record Catalog(ServerFacts server, List<Watched> sequences, List<String> problems) {

  public Catalog {
    Objects.requireNonNull(server, "server");
    sequences = List.copyOf(sequences);
    problems = List.copyOf(problems);
  }

  /** How a problem begins that says that a configured entry names nothing in the database. */
  static final String ENTRY_NOT_FOUND = "sequences names the ";

  /** Whether {@code problem} is such a one: what the entry is for was then not looked at. */
  public static boolean isEntryNotFound(String problem) {
    return problem.startsWith(ENTRY_NOT_FOUND);
  }
}
