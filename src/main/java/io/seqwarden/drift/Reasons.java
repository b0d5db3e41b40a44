package io.seqwarden.drift;

import io.seqwarden.drift.FedColumn.Uniqueness;
import java.math.BigInteger;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The judge's sentences: subject, cause, consequence and next step.
 *
 * @param next what the sequence returns next
 * @param mark the mark that it does not lie beyond
 * @param hit the columns that hold ids in its way, one or more
 */
record Reasons(Sequence sequence, BigInteger next, BigInteger mark, List<FedColumn> hit) {

  static Reason nothingFits(Sequence sequence) {
    return new Reason(
        Reason.Code.VALUE_RANGE,
        "No value of %s fits all of its columns and the configured range, so there is nothing to compare: widen the column, or alter the sequence's bounds"
            .formatted(sequence.name()));
  }

  Reason behind() {
    return switch (worst()) {
      case COLUMN -> new Reason(Reason.Code.COLLIDES, stands() + ". Sync it");
      case COMPOSITE -> new Reason(Reason.Code.COLLIDES_FOR_SOME_KEYS, stands() + ". Sync it");
      case NONE ->
          new Reason(Reason.Code.SILENT_DUPLICATES, stands() + ". Sync it, and add a unique index");
    };
  }

  Reason policy() {
    return new Reason(
        Reason.Code.POLICY,
        stands()
            + ". Its entry in sequences says heal = false, so it is left alone: sync it with force, or remove that");
  }

  Reason exhausted(BigInteger effectiveLimit) {
    return new Reason(
        Reason.Code.EXHAUSTED,
        "%s. Past that no id remains up to the limit %s: widen the column or the sequence, or remove the row that holds the id"
            .formatted(stands(), effectiveLimit));
  }

  private String stands() {
    return "%s returns %s next, and %s is taken already up to %s: %s"
        .formatted(sequence.name(), next, names(hit), mark, consequence());
  }

  private String consequence() {
    String worst =
        switch (worst()) {
          case COLUMN -> "inserts fail with 23505";
          case COMPOSITE -> "inserts fail with 23505 for some keys";
          case NONE -> "with no unique index on the column, inserts become silent duplicates";
        };
    List<FedColumn> duplicated = hit.stream().filter(Reasons::takesDuplicates).toList();
    return duplicated.isEmpty() || duplicated.size() == hit.size()
        ? worst
        : worst + "; in " + names(duplicated) + " they become silent duplicates";
  }

  private static boolean takesDuplicates(FedColumn column) {
    return column.uniqueness() == Uniqueness.NONE;
  }

  /** The column where most inserts fail; duplicates come last, since they let inserts pass. */
  private Uniqueness worst() {
    return hit.stream().map(FedColumn::uniqueness).min(Enum::compareTo).orElseThrow();
  }

  private static String names(List<FedColumn> columns) {
    return columns.stream()
        .map(column -> column.table().quoted() + "." + column.quotedName())
        .collect(Collectors.joining(", "));
  }
}
