package io.seqwarden.client;

/** What an {@link Inserter} does with values for columns that a sequence feeds. */
public enum GivenIds {
  /** Leaves them out; the row gets an id of the sequence. */
  DROP,
  /** Refuses the row before anything is inserted. */
  REJECT
}
