package io.seqwarden.http;

import io.seqwarden.drift.Reason;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A reason as JSON.
 *
 * @param code the word for machines
 * @param message the sentence for people
 */
public record ReasonView(String code, String message) {

  /** The view of a reason; null for none. */
  static @Nullable ReasonView of(Optional<Reason> reason) {
    return reason.map(r -> new ReasonView(r.code().word(), r.message())).orElse(null);
  }
}
