package io.seqwarden.drift;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One sequence that has a position, on its course. Ids in here are mirrored. */
final class Case {

  private final Sequence sequence;
  private final Policy policy;
  private final Limits limits;
  private final Course course;
  private final Observation observation;
  private final boolean force;
  private final Position position;
  private final BigInteger next;

  /** One for each fed column, in their order. */
  private final List<Optional<BigInteger>> marks;

  private final Optional<BigInteger> mark;

  Case(
      Sequence sequence,
      Policy policy,
      Limits limits,
      Course course,
      Observation observation,
      boolean force) {
    this.sequence = sequence;
    this.policy = policy;
    this.limits = limits;
    this.course = course;
    this.observation = observation;
    this.force = force;
    this.position = observation.position().orElseThrow();
    this.next = course.next(position);
    this.marks = observation.readings().stream().map(this::mark).toList();
    this.mark = marks.stream().flatMap(Optional::stream).reduce(BigInteger::max);
  }

  /** A column's mark: outliers count when forced, ids that no value can meet never do. */
  private Optional<BigInteger> mark(Reading reading) {
    Optional<BigInteger> furthest = reading.furthest().map(course::mirror);
    Optional<BigInteger> within = reading.within().map(course::mirror);
    return force ? furthest.filter(course::remains).or(() -> within) : within;
  }

  /**
   * The verdict.
   *
   * @param unreadable why something could not be read; it decides unless what could be read proves
   *     the sequence to be behind
   */
  Verdict verdict(Optional<Reason> unreadable) {
    // With hilo a value is no id: the two cannot be compared.
    boolean comparable = policy.allocation() != Policy.Allocation.HILO;
    boolean collides = comparable && mark.filter(m -> m.compareTo(firstId()) >= 0).isPresent();
    boolean mayCycle = sequence.cycles() && policy.heal().isEmpty() && !force;
    if (collides && !mayCycle) {
      return behind(mark.orElseThrow());
    }
    if (unreadable.isPresent()) {
      return verdict(State.UNREADABLE, unreadable, Optional.empty(), 0, OptionalLong.empty());
    }
    long gap = collides ? gap(mark.orElseThrow()) : 0;
    return verdict(State.IN_SYNC, Optional.empty(), mark, gap, OptionalLong.empty());
  }

  private Verdict behind(BigInteger known) {
    BigInteger past = known.add(blockAhead());
    boolean idRemains = course.remains(course.firstPast(past, next));
    boolean allowed = policy.heal().orElse(true) || force;
    boolean refused = !idRemains || !allowed;
    return verdict(
        refused ? State.REFUSED : State.BEHIND,
        Optional.of(reason(known, allowed, idRemains)),
        mark,
        gap(known),
        refused ? OptionalLong.empty() : OptionalLong.of(Course.saturated(course.mirror(past))));
  }

  private Verdict verdict(
      State state,
      Optional<Reason> reason,
      Optional<BigInteger> told,
      long gap,
      OptionalLong target) {
    // An incomplete mark is none to be told; what it proves used is used nonetheless.
    Course.Used used = course.used(position, mark);
    return new Verdict(
        state,
        reason,
        Warnings.of(sequence, course, observation, used.reaches(limits.usedRatio())),
        Optional.of(position),
        OptionalLong.of(Course.saturated(course.mirror(next))),
        told.map(course::mirror),
        gap,
        used.ratio(),
        course.effectiveLimit(),
        target);
  }

  /** The first id that the next value makes: with pooled the start of the block that it ends. */
  private BigInteger firstId() {
    return next.subtract(blockAhead());
  }

  private BigInteger blockAhead() {
    return policy.allocation() == Policy.Allocation.POOLED
        ? course.step().subtract(BigInteger.ONE)
        : BigInteger.ZERO;
  }

  private long gap(BigInteger known) {
    return Course.saturated(known.subtract(firstId()).add(BigInteger.ONE));
  }

  private Reason reason(BigInteger known, boolean allowed, boolean idRemains) {
    Reasons reasons = new Reasons(sequence, course.mirror(next), course.mirror(known), hit());
    if (!idRemains) {
      return reasons.exhausted(course.effectiveLimit());
    }
    return allowed ? reasons.behind() : reasons.policy();
  }

  /** The columns that the next value meets. */
  private List<FedColumn> hit() {
    List<FedColumn> hit = new ArrayList<>();
    for (int i = 0; i < marks.size(); i++) {
      if (marks.get(i).filter(m -> m.compareTo(firstId()) >= 0).isPresent()) {
        hit.add(sequence.columns().get(i));
      }
    }
    return hit;
  }
}
