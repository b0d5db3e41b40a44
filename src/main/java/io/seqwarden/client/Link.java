package io.seqwarden.client;

import java.util.Objects;

/**
 * A column that a sequence feeds where the catalogs do not say so, as with Hibernate's sequences,
 * or say too little; the daemon has the same in its configuration.
 *
 * @param table with its schema, each quoted where SQL needs it: {@code public.ticket}
 * @param column its name, not quoted
 * @param sequence with its schema, as the table
 * @param allocation how ids are made of its values
 * @param lowest the lowest id that is this writer's
 * @param highest the highest; ids outside are neither read nor reached
 */
public record Link(
    String table,
    String column,
    String sequence,
    Allocation allocation,
    long lowest,
    long highest) {

  public Link {
    Objects.requireNonNull(table, "table");
    Objects.requireNonNull(column, "column");
    Objects.requireNonNull(sequence, "sequence");
    Objects.requireNonNull(allocation, "allocation");
    if (lowest > highest) {
      throw new IllegalArgumentException(
          "No id lies between %d and %d, the range of %s".formatted(lowest, highest, sequence));
    }
  }

  /** A link whose ids may lie anywhere. */
  public static Link of(String table, String column, String sequence, Allocation allocation) {
    return new Link(table, column, sequence, allocation, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /** Whether some ids are another writer's. */
  boolean isRanged() {
    return lowest > Long.MIN_VALUE || highest < Long.MAX_VALUE;
  }
}
