package io.seqwarden.drift;

import java.math.BigInteger;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

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
   * the sequence can meet an id there. With hilo the effective limit itself: there ids are far
   * ahead of the sequence by design.
   */
  public BigInteger outlierBound(Sequence sequence, Position position, Policy policy) {
    Course course = new Course(sequence, policy);
    return policy.allocation() == Policy.Allocation.HILO
        ? course.effectiveLimit()
        : course.mirror(course.outlierBound(position, limits));
  }

  /**
   * Judges one sequence.
   *
   * @param force count outliers for the mark and override {@code refused} as long as ids remain
   */
  public Verdict judge(Sequence sequence, Observation observation, Policy policy, boolean force) {
    Course course = new Course(sequence, policy);
    Optional<Reason> unreadable = unreadable(sequence, observation, course);
    if (observation.position().isEmpty() || course.isEmpty()) {
      return unread(sequence, course, observation, unreadable.orElseThrow());
    }
    return new Case(sequence, policy, limits, course, observation, force).verdict(unreadable);
  }

  private static Optional<Reason> unreadable(
      Sequence sequence, Observation observation, Course course) {
    if (course.isEmpty()) {
      return Optional.of(Reasons.nothingFits(sequence));
    }
    return observation
        .problem()
        .or(
            () ->
                observation.readings().stream()
                    .map(Reading::problem)
                    .flatMap(Optional::stream)
                    .findFirst());
  }

  private static Verdict unread(
      Sequence sequence, Course course, Observation observation, Reason reason) {
    return new Verdict(
        State.UNREADABLE,
        Optional.of(reason),
        Warnings.standing(sequence, course),
        observation.position(),
        observation
            .position()
            .map(p -> OptionalLong.of(Course.saturated(course.mirror(course.next(p)))))
            .orElse(OptionalLong.empty()),
        Optional.empty(),
        0,
        Double.NaN,
        course.effectiveLimit(),
        OptionalLong.empty());
  }
}
