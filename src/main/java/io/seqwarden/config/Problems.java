package io.seqwarden.config;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects problems. What stands in {@code database-defaults} is read once for each database, so
 * that the same problem may be added twice; it is kept once.
 */
final class Problems {
  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparing(Problem::file)
          .thenComparingInt(Problem::line)
          .thenComparing(Problem::path)
          .thenComparing(Problem::message);

  private final Set<Problem> found = new LinkedHashSet<>();

  void add(Place place, String path, String message) {
    found.add(new Problem(place.file(), place.line(), path, message));
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  List<Problem> sorted() {
    return found.stream().sorted(BY_PLACE).toList();
  }
}
