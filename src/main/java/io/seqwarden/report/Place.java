package io.seqwarden.report;

import io.seqwarden.drift.Finding;
import io.seqwarden.drift.State;

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
    // By hand: a chain of comparators boxes each number, 100,000 times a sort.
    int order = other.state.compareTo(state);
    order = order != 0 ? order : Integer.compare(other.warnings, warnings);
    order = order != 0 ? order : Long.compare(other.gap, gap);
    order = order != 0 ? order : database.compareTo(other.database);
    return order != 0 ? order : sequence.compareTo(other.sequence);
  }
}
