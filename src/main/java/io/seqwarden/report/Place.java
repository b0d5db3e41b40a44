package io.seqwarden.report;

import io.seqwarden.drift.Finding;
import io.seqwarden.drift.State;
import java.util.Comparator;

/**
 * A finding's place in the order of all, worst first: by state, then number of warnings, then gap,
 * then database and name. No two findings share one.
 *
 * @param warnings how many
 * @param gap in ids
 * @param sequence the sequence's quoted name
 */
record Place(State state, int warnings, long gap, String database, String sequence)
    implements Comparable<Place> {

  private static final Comparator<Place> WORST_FIRST =
      Comparator.comparing(Place::state, Comparator.reverseOrder())
          .thenComparing(Place::warnings, Comparator.reverseOrder())
          .thenComparing(Place::gap, Comparator.reverseOrder())
          .thenComparing(Place::database)
          .thenComparing(Place::sequence);

  static Place of(Finding finding) {
    return new Place(
        finding.verdict().state(),
        finding.verdict().warnings().size(),
        finding.verdict().gap(),
        finding.database(),
        finding.sequence().name().quoted());
  }

  @Override
  public int compareTo(Place other) {
    return WORST_FIRST.compare(this, other);
  }
}
