package io.seqwarden.drift;

import java.util.EnumSet;
import java.util.Set;

/** Which warnings hold. {@link Warning#GUARD_MISSING} is added by whoever looks at the guards. */
final class Warnings {

  private Warnings() {}

  /** Those that the catalogs alone give. */
  static Set<Warning> standing(Sequence sequence, Course course) {
    EnumSet<Warning> warnings = EnumSet.noneOf(Warning.class);
    for (FedColumn column : sequence.columns()) {
      add(warnings, Warning.NO_INDEX, !column.indexed());
      add(warnings, Warning.NOT_UNIQUE, column.uniqueness() != FedColumn.Uniqueness.COLUMN);
      add(warnings, Warning.NARROW_COLUMN, course.isNarrow(column));
    }
    add(warnings, Warning.CACHED, sequence.cache() > 1);
    add(warnings, Warning.UNOWNED, !sequence.owned());
    add(warnings, Warning.CYCLES, sequence.cycles());
    return warnings;
  }

  /**
   * All of them.
   *
   * @param exhausting whether the used ratio has reached its limit
   */
  static Set<Warning> of(
      Sequence sequence, Course course, Observation observation, boolean exhausting) {
    Set<Warning> warnings = standing(sequence, course);
    add(warnings, Warning.OUTLIER, observation.readings().stream().anyMatch(Warnings::hasOutlier));
    // A sequence that starts anew does not run out of values.
    add(warnings, Warning.EXHAUSTING, exhausting && !sequence.cycles());
    return warnings;
  }

  private static boolean hasOutlier(Reading reading) {
    return reading.furthest().isPresent() && !reading.furthest().equals(reading.within());
  }

  private static void add(Set<Warning> warnings, Warning warning, boolean holds) {
    if (holds) {
      warnings.add(warning);
    }
  }
}
