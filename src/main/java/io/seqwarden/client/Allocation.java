package io.seqwarden.client;

/** How an application makes ids of a sequence's values; the last three are Hibernate's names. */
public enum Allocation {
  /** Each value is an id. */
  PLAIN,
  /** A value is the end of a block of as many ids as the increment: Hibernate's default. */
  POOLED,
  /** A value is the start of such a block. */
  POOLED_LO,
  /** A value is multiplied by the application's own block size. Such a sequence is not advanced. */
  HILO
}
