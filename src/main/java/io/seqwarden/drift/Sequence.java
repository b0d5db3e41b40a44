package io.seqwarden.drift;

import java.util.List;
import java.util.Objects;

/**
 * A sequence that feeds at least one column, as the catalogs define it.
 *
 * @param oid its oid in this database
 * @param name its name
 * @param min its MINVALUE
 * @param max its MAXVALUE
 * @param increment its INCREMENT BY, negative when it counts down, never 0
 * @param cache its CACHE, 1 or more
 * @param cycles whether it was made with CYCLE
 * @param owned whether one of the fed columns owns it, or is its identity
 * @param columns the fed columns, one or more, ordered by table and column
 */
public record Sequence(
    long oid,
    ObjectName name,
    long min,
    long max,
    long increment,
    long cache,
    boolean cycles,
    boolean owned,
    List<FedColumn> columns) {

  public Sequence {
    Objects.requireNonNull(name, "name");
    columns = List.copyOf(columns);
    if (increment == 0) {
      throw new IllegalArgumentException("increment of " + name + " is 0");
    }
    if (columns.isEmpty()) {
      throw new IllegalArgumentException(name + " feeds no column");
    }
  }

  /** Whether it counts down; its mark is then the smallest id. */
  public boolean descending() {
    return increment < 0;
  }
}
