package io.seqwarden.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.seqwarden.sweep.DatabaseWatch.SyncResult.Judged;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a sync of one sequence or table as JSON.
 *
 * @param before last_value before; null where it could not be read
 * @param after last_value after
 * @param highWater the high-water mark; null for an empty table or where unread
 * @param state how the sequence stands now
 * @param reason why it is not in sync; left out where it is
 */
public record SyncView(
    @Nullable Long before,
    @Nullable Long after,
    @Nullable BigInteger highWater,
    String state,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ReasonView reason) {

  /** The view of {@code result}. */
  public static SyncView of(Judged result) {
    return new SyncView(
        Values.orNull(result.before()),
        Values.orNull(result.after()),
        result.mark().orElse(null),
        result.finding().verdict().state().word(),
        ReasonView.of(result.finding().verdict().reason()));
  }
}
