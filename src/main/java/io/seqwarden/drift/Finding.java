package io.seqwarden.drift;

import java.util.Objects;

/**
 * A sequence with its verdict: what reports, pages, metrics and the API show.
 *
 * @param database the database's name in the configuration
 * @param sequence the sequence and its columns
 * @param verdict the verdict, warnings about the guard included
 * @param guarded whether every table that the sequence feeds carries an enabled, current guard
 */
public record Finding(String database, Sequence sequence, Verdict verdict, boolean guarded) {

  public Finding {
    Objects.requireNonNull(database, "database");
    Objects.requireNonNull(sequence, "sequence");
    Objects.requireNonNull(verdict, "verdict");
  }
}
