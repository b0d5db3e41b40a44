package io.seqwarden.drift;

import java.math.BigInteger;
import java.util.Objects;

/**
 * Decides from an observation what state a sequence is in. Pure: no I/O, no clock; thread-safe.
 *
 * <p>The rules are the contract's; counting down mirrors them.
 */
public final class Judge {

  /**
   * An id within this many ids of the next value stands in the way and is never an outlier,
   * whatever the ratios say.
   */
  public static final int IN_THE_WAY_IDS = 1_000;

  private final Limits limits;

  /** A judge with the limits of one database. */
  public Judge(Limits limits) {
    this.limits = Objects.requireNonNull(limits, "limits");
  }

  /**
   * The last id that is no outlier for a sequence at {@code position}; ids beyond it (counting
   * down: below it) do not count for the mark. Never beyond the effective limit, since no value of
   * the sequence can meet an id there.
   */
  public BigInteger outlierBound(Sequence sequence, Position position, Policy policy) {
    throw new UnsupportedOperationException();
  }

  /**
   * Judges one sequence.
   *
   * @param force count outliers for the mark and override {@code refused} as long as ids remain
   */
  public Verdict judge(Sequence sequence, Observation observation, Policy policy, boolean force) {
    throw new UnsupportedOperationException();
  }
}
