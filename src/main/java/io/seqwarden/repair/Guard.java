package io.seqwarden.repair;

import io.seqwarden.drift.Bounds;
import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.ObjectName;
import io.seqwarden.drift.Policy;
import io.seqwarden.drift.Sequence;
import io.seqwarden.postgres.SqlResource;
import io.seqwarden.postgres.SqlTemplate;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * One guard as it should be: of one fed column of one table in which rows arrive.
 *
 * <p>The statement form serves applications. The row form, enabled for replication apply alone,
 * serves tables that hold rows themselves; creating it takes ownership of the table.
 *
 * @param member the table
 * @param ordinal 1 for the table's first guarded column, 2 for its second, and so on
 * @param column the fed column, of this table or of the topmost it inherits from
 * @param sequence what the column draws from
 * @param bounds the ids that fit the column and the writer's share
 */
record Guard(
    FedColumn.Member member, int ordinal, FedColumn column, Sequence sequence, Bounds bounds) {

  static final String TRIGGER = "seqwarden_guard";

  private static final SqlTemplate STATEMENT = SqlTemplate.load(Guard.class, "guard_statement.sql");
  private static final SqlTemplate ROW = SqlTemplate.load(Guard.class, "guard_row.sql");
  private static final String GAVE_UP = SqlResource.load(Guard.class, "guard_gave_up.sql");
  private static final String FAILURES = SqlResource.load(Guard.class, "guard_failures.sql");
  private static final int NAME_DIGITS = 16;
  private static final Bounds SIXTY_FOUR_BITS = Bounds.of(Long.MIN_VALUE, Long.MAX_VALUE);

  Guard {
    bounds = bounds.intersect(SIXTY_FOUR_BITS);
  }

  /** Whether the policy lets a sequence be guarded: what may be advanced automatically. */
  static boolean allowed(Sequence sequence, Policy policy) {
    return policy.guard()
        && policy.heal().orElse(!sequence.cycles())
        && policy.allocation() != Policy.Allocation.HILO;
  }

  String statementTrigger() {
    return ordinal == 1 ? TRIGGER : TRIGGER + "_" + ordinal;
  }

  String rowTrigger() {
    return TRIGGER + "_apply" + (ordinal == 1 ? "" : "_" + ordinal);
  }

  /** Where a row is routed to a foreign table, the transition table makes the insert fail. */
  boolean hasStatementForm() {
    return !member.foreignBelow();
  }

  boolean hasRowForm() {
    return !member.partitioned();
  }

  String statementFunction() {
    return "guard_" + digest(identity());
  }

  String rowFunction() {
    return "guard_apply_" + digest(identity());
  }

  String statementBody() {
    return STATEMENT.fill(holes());
  }

  String rowBody() {
    return ROW.fill(holes());
  }

  /** A column has a guard for each sequence: its own, and that of the table it inherits from. */
  private String identity() {
    ObjectName table = member.table();
    return String.join("\0", table.schema(), table.name(), column.name(), sequence.name().quoted());
  }

  private Map<String, String> holes() {
    boolean down = sequence.descending();
    return Map.ofEntries(
        Map.entry("title", oneLine(member.table().quoted() + "." + column.quotedName())),
        Map.entry("column", column.quotedName()),
        Map.entry("type", column.isInteger() ? "pg_catalog.int8" : "pg_catalog.numeric"),
        Map.entry("sequence", SqlTemplate.literal(sequence.name().quoted())),
        Map.entry("gave_up", GAVE_UP.stripTrailing()),
        Map.entry("failures", FAILURES.stripTrailing()),
        Map.entry("lo", bounds.lowest().toString()),
        Map.entry("hi", bounds.highest().toString()),
        Map.entry("nowhere", "'" + (down ? Long.MAX_VALUE : Long.MIN_VALUE) + "'::pg_catalog.int8"),
        Map.entry("extreme", down ? "min" : "max"),
        Map.entry("round", down ? "ceil" : "floor"),
        Map.entry("not_beyond", down ? ">=" : "<="),
        Map.entry("beyond", down ? "<" : ">"));
  }

  /** A name on one line, so that it cannot leave the comment that it stands in. */
  static String oneLine(String name) {
    return name.replaceAll("\\p{Cntrl}", " ");
  }

  static String digest(String text) {
    return md5(text).substring(0, NAME_DIGITS);
  }

  /** As the server's {@code md5()} writes it: bodies are compared by it, nothing is secret. */
  static String md5(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
