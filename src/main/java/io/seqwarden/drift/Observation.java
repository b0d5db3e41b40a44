package io.seqwarden.drift;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What was read of one sequence: first its columns, then its position, since the other order would
 * raise false alarms under load.
 *
 * @param readings one for each of the sequence's columns, in their order
 * @param position where the sequence stood after the columns were read; empty where it could not be
 *     read, and then {@code problem} says why
 * @param problem why the position could not be read
 */
public record Observation(
    List<Reading> readings, Optional<Position> position, Optional<Reason> problem) {

  public Observation {
    readings = List.copyOf(readings);
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(problem, "problem");
    if (position.isPresent() == problem.isPresent()) {
      throw new IllegalArgumentException("an observation has either a position or a problem");
    }
  }

  /** An observation whose position was read. */
  public static Observation of(List<Reading> readings, Position position) {
    return new Observation(readings, Optional.of(position), Optional.empty());
  }

  /** An observation that failed as a whole. */
  public static Observation unreadable(int columns, Reason problem) {
    return new Observation(
        java.util.Collections.nCopies(columns, Reading.unreadable(problem)),
        Optional.empty(),
        Optional.of(problem));
  }
}
