package io.seqwarden.drift;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A column that a sequence feeds, as the catalogs describe it.
 *
 * @param tableOid the table's oid; for a partitioned table or an inheritance tree the topmost one
 *     that the sequence feeds
 * @param table the table's name
 * @param name the column's raw name
 * @param quotedName the column's name as {@code quote_ident} writes it
 * @param attnum the column's number in the table
 * @param type the column's type as {@code format_type} writes it, for people
 * @param range the ids that fit the column's type; for numeric within its precision and scale
 * @param link how the catalogs tie the sequence to the column
 * @param indexed whether every table of the tree has a suitable index: valid, ready, not partial,
 *     B-tree, with the plain column first
 * @param uniqueness what a unique index makes of a repeated id
 * @param problem why the column cannot be read or compared, where the catalogs alone tell
 * @param members the tables that rows arrive in: the table itself and what inherits from it,
 *     partitions included; foreign tables left out. The guard is installed on each
 */
public record FedColumn(
    long tableOid,
    ObjectName table,
    String name,
    String quotedName,
    int attnum,
    String type,
    Bounds range,
    Link link,
    boolean indexed,
    Uniqueness uniqueness,
    Optional<Reason> problem,
    List<Member> members) {

  private static final Set<String> INTEGERS = Set.of("smallint", "integer", "bigint");

  public FedColumn {
    Objects.requireNonNull(table, "table");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(quotedName, "quotedName");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(range, "range");
    Objects.requireNonNull(link, "link");
    Objects.requireNonNull(uniqueness, "uniqueness");
    Objects.requireNonNull(problem, "problem");
    members = List.copyOf(members);
  }

  /** Whether its type is an integer's, itself and no domain over it. */
  public boolean isInteger() {
    return INTEGERS.contains(type);
  }

  /** How the catalogs tie a sequence to a column. */
  public enum Link {
    /** {@code GENERATED ... AS IDENTITY}. */
    IDENTITY,
    /** {@code OWNED BY} the column, as serial makes it. */
    OWNED,
    /** The column's default, or its domain's, draws from a sequence that it does not own. */
    DEFAULT,
    /** Named in the configuration. */
    CONFIGURED
  }

  /** What the table's unique indexes make of a repeated id. */
  public enum Uniqueness {
    /** A unique index on the column alone: a repeated id fails with 23505. */
    COLUMN,
    /** Unique together with other columns: a repeated id fails for some keys. */
    COMPOSITE,
    /** No unique index holds the column: a repeated id becomes a silent duplicate. */
    NONE
  }

  /**
   * A table in which rows arrive.
   *
   * @param oid its oid
   * @param table its name
   * @param partitioned whether it is a partitioned table, which holds no rows itself
   * @param foreignBelow whether it is partitioned and some of its partitions are foreign tables
   */
  public record Member(long oid, ObjectName table, boolean partitioned, boolean foreignBelow) {

    /** A table none of whose partitions is foreign. */
    public Member(long oid, ObjectName table, boolean partitioned) {
      this(oid, table, partitioned, false);
    }
  }
}
