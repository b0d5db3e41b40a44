package io.seqwarden.repair;

import java.util.OptionalLong;

/**
 * What an advance did.
 *
 * @param before last_value before; empty where another session's lock kept it from being read
 * @param after last_value after; the same as {@code before} where nothing had to or could move
 */
public record Moved(OptionalLong before, OptionalLong after) {

  /** Whether the sequence moved. */
  public boolean moved() {
    return after.isPresent() && !before.equals(after);
  }
}
