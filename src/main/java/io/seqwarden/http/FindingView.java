package io.seqwarden.http;

import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Position;
import io.seqwarden.drift.Verdict;
import io.seqwarden.drift.Warning;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finding as JSON.
 *
 * @param database the database's name in the configuration
 * @param sequence {@code schema.name}, each part quoted as {@code quote_ident} does
 * @param columns the columns that the sequence feeds
 * @param state the state's word
 * @param reason why; null when in sync
 * @param warnings the words of its warnings
 * @param lastValue its last_value; null where it could not be read, and so the next two
 * @param isCalled its is_called
 * @param incrementBy its INCREMENT BY
 * @param nextValue what the next nextval returns
 * @param highWater the high-water mark; null for an empty table or where unread
 * @param gap in ids
 * @param usedRatio 0 to 1; null where unknown
 * @param effectiveLimit the last id that the sequence can usefully reach
 * @param guarded whether every fed table carries the guard
 */
public record FindingView(
    String database,
    String sequence,
    List<Column> columns,
    String state,
    @Nullable ReasonView reason,
    List<String> warnings,
    @Nullable Long lastValue,
    @Nullable Boolean isCalled,
    long incrementBy,
    @Nullable Long nextValue,
    @Nullable BigInteger highWater,
    long gap,
    @Nullable Double usedRatio,
    BigInteger effectiveLimit,
    boolean guarded) {

  /**
   * A fed column.
   *
   * @param table {@code schema.name}, each part quoted as {@code quote_ident} does
   * @param column the quoted column name
   * @param type the type as {@code format_type} writes it
   */
  public record Column(String table, String column, String type) {}

  /** The view of {@code finding}. */
  public static FindingView of(Finding finding) {
    Verdict verdict = finding.verdict();
    return new FindingView(
        finding.database(),
        finding.sequence().name().quoted(),
        finding.sequence().columns().stream()
            .map(c -> new Column(c.table().quoted(), c.quotedName(), c.type()))
            .toList(),
        verdict.state().word(),
        ReasonView.of(verdict.reason()),
        verdict.warnings().stream().map(Warning::word).toList(),
        verdict.position().map(Position::lastValue).orElse(null),
        verdict.position().map(Position::isCalled).orElse(null),
        finding.sequence().increment(),
        Values.orNull(verdict.nextValue()),
        verdict.mark().orElse(null),
        verdict.gap(),
        Double.isNaN(verdict.usedRatio()) ? null : (Double) verdict.usedRatio(),
        verdict.effectiveLimit(),
        finding.guarded());
  }
}
