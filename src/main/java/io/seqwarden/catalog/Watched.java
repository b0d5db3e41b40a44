package io.seqwarden.catalog;

import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.Policy;
import io.seqwarden.drift.Sequence;
import java.util.Objects;
import java.util.Set;

/**
 * A sequence that is watched, with what the configuration says of it.
 *
 * @param sequence the sequence and its fed columns
 * @param policy the configured entries that name it, together, or {@link Policy#DEFAULT}
 * @param apart oids of fed tables whose trees hold foreign tables. They are read member by member,
 *     since reading the whole would query a remote server
 */
public record Watched(Sequence sequence, Policy policy, Set<Long> apart) {

  public Watched {
    Objects.requireNonNull(sequence, "sequence");
    Objects.requireNonNull(policy, "policy");
    apart = Set.copyOf(apart);
  }

  /** One whose tables can be read as a whole. */
  public Watched(Sequence sequence, Policy policy) {
    this(sequence, policy, Set.of());
  }

  /** How many tables are read for a column; at least 1. */
  static int weight(FedColumn column) {
    return Math.max(1, column.members().size());
  }
}
