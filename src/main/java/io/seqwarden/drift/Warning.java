package io.seqwarden.drift;

import java.util.Locale;

/** What is noteworthy about a sequence whatever its state. */
public enum Warning {
  /** The used ratio has reached {@code limits.used-ratio}. */
  EXHAUSTING,
  /** An id so far ahead that it does not count for the mark. */
  OUTLIER,
  /** A fed column has no suitable index. */
  NO_INDEX,
  /** No unique index on a fed column alone. */
  NOT_UNIQUE,
  /** CACHE above 1: sessions go on handing out values that they cached before an advance. */
  CACHED,
  /** A fed column's type ends before the sequence does. */
  NARROW_COLUMN,
  /** No fed column owns the sequence. */
  UNOWNED,
  /** A fed table lacks the guard although guard is not {@code off}. */
  GUARD_MISSING,
  /** The sequence cycles. */
  CYCLES;

  /** The warning as the API writes it, for example {@code narrow_column}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
