package io.seqwarden.drift;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

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
    Course course = new Course(sequence, policy);
    return course.mirror(course.outlierBound(position, limits));
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
    Case one = new Case(sequence, policy, course, observation, force);
    return one.verdict(unreadable);
  }

  private static Optional<Reason> unreadable(
      Sequence sequence, Observation observation, Course course) {
    if (course.isEmpty()) {
      return Optional.of(
          new Reason(
              Reason.Code.VALUE_RANGE,
              "No value of %s fits all of its columns and the configured range, so there is nothing to compare: widen the column, or alter the sequence's bounds"
                  .formatted(sequence.name())));
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

  private Verdict unread(Sequence sequence, Course course, Observation observation, Reason reason) {
    return new Verdict(
        State.UNREADABLE,
        Optional.of(reason),
        standing(sequence, course),
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

  /** Warnings that the catalogs alone give. */
  private static Set<Warning> standing(Sequence sequence, Course course) {
    EnumSet<Warning> warnings = EnumSet.noneOf(Warning.class);
    for (FedColumn column : sequence.columns()) {
      add(warnings, Warning.NO_INDEX, !column.indexed());
      add(warnings, Warning.NOT_UNIQUE, column.uniqueness() != FedColumn.Uniqueness.COLUMN);
      add(warnings, Warning.NARROW_COLUMN, course.isNarrow(column));
    }
    add(warnings, Warning.CACHED, sequence.cache() > 1);
    add(warnings, Warning.UNOWNED, !sequence.owned());
    add(warnings, Warning.CYCLES, sequence.cycles());
    return warnings;
  }

  private static void add(Set<Warning> warnings, Warning warning, boolean holds) {
    if (holds) {
      warnings.add(warning);
    }
  }

  /** One sequence that has a position, on its course. Ids in here are mirrored. */
  private final class Case {
    private final Sequence sequence;
    private final Policy policy;
    private final Course course;
    private final Observation observation;
    private final Position position;
    private final boolean force;
    private final BigInteger next;

    Case(Sequence sequence, Policy policy, Course course, Observation observation, boolean force) {
      this.sequence = sequence;
      this.policy = policy;
      this.course = course;
      this.observation = observation;
      this.position = observation.position().orElseThrow();
      this.force = force;
      this.next = course.next(position);
    }

    Verdict verdict(Optional<Reason> unreadable) {
      List<Optional<BigInteger>> marks = observation.readings().stream().map(this::mark).toList();
      Optional<BigInteger> mark = marks.stream().flatMap(Optional::stream).reduce(BigInteger::max);
      boolean collides = mark.isPresent() && !hilo() && firstId().compareTo(mark.get()) <= 0;
      boolean cyclesOn = sequence.cycles() && policy.heal().isEmpty() && !force;
      if (collides && !cyclesOn) {
        return behind(marks, mark.get());
      }
      return verdict(
          unreadable.isPresent() ? State.UNREADABLE : State.IN_SYNC,
          unreadable,
          mark,
          collides ? gap(mark.get()) : 0,
          OptionalLong.empty());
    }

    private Verdict behind(List<Optional<BigInteger>> marks, BigInteger mark) {
      BigInteger past = mark.add(blockAhead());
      boolean idRemains = course.remains(course.firstPast(past, next));
      boolean allowed = policy.heal().orElse(true) || force;
      boolean refused = !idRemains || !allowed;
      return verdict(
          refused ? State.REFUSED : State.BEHIND,
          Optional.of(reason(marks, mark, allowed, idRemains)),
          Optional.of(mark),
          gap(mark),
          refused ? OptionalLong.empty() : OptionalLong.of(Course.saturated(course.mirror(past))));
    }

    private Verdict verdict(
        State state,
        Optional<Reason> reason,
        Optional<BigInteger> mark,
        long gap,
        OptionalLong target) {
      double used = course.usedRatio(mark.map(at()::max).orElse(at()));
      return new Verdict(
          state,
          reason,
          warnings(used),
          Optional.of(position),
          OptionalLong.of(Course.saturated(course.mirror(next))),
          mark.map(course::mirror),
          gap,
          used,
          course.effectiveLimit(),
          target);
    }

    private BigInteger at() {
      return course.at(position);
    }

    private boolean hilo() {
      return policy.allocation() == Policy.Allocation.HILO;
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

    /** A column's mark: outliers count when forced, ids that no value can meet never do. */
    private Optional<BigInteger> mark(Reading reading) {
      Optional<BigInteger> furthest = reading.furthest().map(course::mirror);
      Optional<BigInteger> within = reading.within().map(course::mirror);
      return force ? furthest.filter(course::remains).or(() -> within) : within;
    }

    private long gap(BigInteger mark) {
      return Course.saturated(mark.subtract(firstId()).add(BigInteger.ONE));
    }

    private Set<Warning> warnings(double used) {
      Set<Warning> warnings = standing(sequence, course);
      boolean outlier =
          observation.readings().stream()
              .anyMatch(
                  reading ->
                      reading.furthest().isPresent()
                          && !reading.furthest().equals(reading.within()));
      add(warnings, Warning.OUTLIER, outlier);
      add(
          warnings,
          Warning.EXHAUSTING,
          !sequence.cycles() && used >= limits.usedRatio().doubleValue());
      return warnings;
    }

    private Reason reason(
        List<Optional<BigInteger>> marks, BigInteger mark, boolean allowed, boolean idRemains) {
      String stands =
          "%s returns %s next, and %s is taken already up to %s"
              .formatted(sequence.name(), course.mirror(next), columns(marks), course.mirror(mark));
      if (!idRemains) {
        return new Reason(
            Reason.Code.EXHAUSTED,
            "%s; past that no id remains up to the limit %s. Widen the column or the sequence, or remove the row that holds the id"
                .formatted(stands, course.effectiveLimit()));
      }
      if (!allowed) {
        return new Reason(
            Reason.Code.POLICY,
            stands
                + "; its entry in sequences says heal = false, so it is left alone. Sync it with force, or remove that");
      }
      return switch (worst(marks)) {
        case COLUMN ->
            new Reason(Reason.Code.COLLIDES, stands + ": inserts fail with 23505. Sync it");
        case COMPOSITE ->
            new Reason(
                Reason.Code.COLLIDES_FOR_SOME_KEYS,
                stands + ": inserts fail with 23505 for some keys. Sync it");
        case NONE ->
            new Reason(
                Reason.Code.SILENT_DUPLICATES,
                stands
                    + ": with no unique index on the column, inserts become silent duplicates. Sync it, and add a unique index");
      };
    }

    private List<FedColumn> hit(List<Optional<BigInteger>> marks) {
      List<FedColumn> hit = new ArrayList<>();
      for (int i = 0; i < marks.size(); i++) {
        if (marks.get(i).filter(mark -> mark.compareTo(firstId()) >= 0).isPresent()) {
          hit.add(sequence.columns().get(i));
        }
      }
      return hit;
    }

    private String columns(List<Optional<BigInteger>> marks) {
      return String.join(
          ", ", hit(marks).stream().map(c -> c.table().quoted() + "." + c.quotedName()).toList());
    }

    private FedColumn.Uniqueness worst(List<Optional<BigInteger>> marks) {
      return hit(marks).stream()
          .map(FedColumn::uniqueness)
          .min(Enum::compareTo)
          .orElse(FedColumn.Uniqueness.NONE);
    }
  }
}
