package io.seqwarden.catalog;

import io.seqwarden.drift.Policy;
import io.seqwarden.drift.Sequence;
import java.util.Objects;

/**
 * A sequence that is watched, with what the configuration says of it.
 *
 * @param sequence the sequence and its fed columns
 * @param policy the configured entry that names it, or {@link Policy#DEFAULT}
 */
public record Watched(Sequence sequence, Policy policy) {

  public Watched {
    Objects.requireNonNull(sequence, "sequence");
    Objects.requireNonNull(policy, "policy");
  }
}
