package io.seqwarden.drift;

import java.util.Locale;

/** The states of a sequence, worst last. */
public enum State {
  /** The next value lies beyond the mark. */
  IN_SYNC,
  /** It could not be judged. */
  UNREADABLE,
  /** The next value does not lie beyond the mark: the next inserts collide. */
  BEHIND,
  /** Behind, and no automatic advance is allowed. */
  REFUSED;

  /** The state as the API writes it, for example {@code in_sync}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
