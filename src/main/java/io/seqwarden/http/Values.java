package io.seqwarden.http;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What {@link OptionalLong} lacks. */
final class Values {

  private Values() {}

  /** The value, or null, which JSON writes. */
  static @Nullable Long orNull(OptionalLong value) {
    return value.isPresent() ? (Long) value.getAsLong() : null;
  }
}
