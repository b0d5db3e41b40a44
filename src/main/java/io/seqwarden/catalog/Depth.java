package io.seqwarden.catalog;

/** How much of what was known already a sweep takes for granted. */
public enum Depth {
  /** Marks of tables that were not written to, by the server's counters, are those of before. */
  STEADY,
  /** Every mark is read. What the catalogs say is as before if every row of theirs is. */
  FULL
}
