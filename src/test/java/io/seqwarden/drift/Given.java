package io.seqwarden.drift;

import io.seqwarden.drift.FedColumn.Uniqueness;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * A sequence, the ids in its columns and its policy, built from what is usual: a bigint sequence
 * from 1 by 1, owned, with a unique index on each column.
 */
final class Given {

  static final Judge JUDGE = new Judge(Limits.DEFAULT);
  static final Bounds SMALLINT = Bounds.of(Short.MIN_VALUE, Short.MAX_VALUE);
  static final Bounds INTEGER = Bounds.of(Integer.MIN_VALUE, Integer.MAX_VALUE);
  static final Bounds BIGINT = Bounds.of(Long.MIN_VALUE, Long.MAX_VALUE);

  /** Numeric without a precision. */
  static final Bounds NUMERIC =
      new Bounds(BigInteger.TEN.pow(200).negate(), BigInteger.TEN.pow(200));

  private record Column(
      Bounds range,
      Uniqueness uniqueness,
      boolean indexed,
      Optional<Reason.Code> problem,
      List<BigInteger> ids) {}

  private long min = 1;
  private long max = Long.MAX_VALUE;
  private long increment = 1;
  private long cache = 1;
  private boolean cycles;
  private boolean owned = true;
  private final List<Column> columns = new ArrayList<>();
  private Policy policy = Policy.DEFAULT;
  private boolean force;

  static Given given() {
    return new Given();
  }

  /** The default sequence with one bigint column. */
  static Given ids(long... held) {
    return given().column(BIGINT, held);
  }

  Given sequence(long lowest, long highest, long step) {
    min = lowest;
    max = highest;
    increment = step;
    return this;
  }

  Given column(Bounds range, long... held) {
    return column(range, Arrays.stream(held).mapToObj(BigInteger::valueOf).toList());
  }

  Given column(Bounds range, List<BigInteger> held) {
    columns.add(new Column(range, Uniqueness.COLUMN, true, Optional.empty(), held));
    return this;
  }

  /** A column that holds every id of an interval. */
  Given dense(Bounds range, long from, long to) {
    return column(range, LongStream.rangeClosed(from, to).mapToObj(BigInteger::valueOf).toList());
  }

  /** A column that cannot be read. */
  Given unreadable(Reason.Code code) {
    columns.add(new Column(BIGINT, Uniqueness.COLUMN, true, Optional.of(code), List.of()));
    return this;
  }

  /** What unique indexes make of a repeated id in the last column. */
  Given unique(Uniqueness by) {
    Column last = columns.remove(columns.size() - 1);
    columns.add(new Column(last.range, by, last.indexed, last.problem, last.ids));
    return this;
  }

  /** No suitable index on the last column. */
  Given unindexed() {
    Column last = columns.remove(columns.size() - 1);
    columns.add(new Column(last.range, last.uniqueness, false, last.problem, last.ids));
    return this;
  }

  Given cycling() {
    cycles = true;
    return this;
  }

  Given cache(long size) {
    cache = size;
    return this;
  }

  Given unowned() {
    owned = false;
    return this;
  }

  Given heal(boolean heal) {
    policy = new Policy(Optional.of(heal), true, policy.allocation(), policy.range());
    return this;
  }

  Given allocation(Policy.Allocation allocation) {
    policy = new Policy(policy.heal(), true, allocation, policy.range());
    return this;
  }

  Given share(long lowest, long highest) {
    Bounds share = Bounds.of(lowest, highest);
    policy = new Policy(policy.heal(), true, policy.allocation(), Optional.of(share));
    return this;
  }

  Given forced() {
    force = true;
    return this;
  }

  /** The same, mirrored at zero: it counts the other way. */
  Given mirrored() {
    Given other = new Given().sequence(-max, -min, -increment).cache(cache);
    other.cycles = cycles;
    other.owned = owned;
    other.force = force;
    other.policy =
        new Policy(
            policy.heal(), policy.guard(), policy.allocation(), policy.range().map(Given::mirror));
    for (Column column : columns) {
      other.columns.add(
          new Column(
              mirror(column.range),
              column.uniqueness,
              column.indexed,
              column.problem,
              column.ids.stream().map(BigInteger::negate).toList()));
    }
    return other;
  }

  private static Bounds mirror(Bounds bounds) {
    return new Bounds(bounds.highest().negate(), bounds.lowest().negate());
  }

  Policy policy() {
    return policy;
  }

  boolean isForced() {
    return force;
  }

  Sequence sequence() {
    List<FedColumn> fed = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      ObjectName table = new ObjectName("public", "t" + i, "public.t" + i);
      fed.add(
          new FedColumn(
              i,
              table,
              "id",
              "id",
              1,
              "bigint",
              column.range,
              FedColumn.Link.OWNED,
              column.indexed,
              column.uniqueness,
              Optional.empty(),
              List.of(new FedColumn.Member(i, table, false))));
    }
    ObjectName name = new ObjectName("public", "s", "public.s");
    return new Sequence(9, name, min, max, increment, cache, cycles, owned, fed);
  }

  /** Reads as the observer does: the furthest id, and the furthest within the bound. */
  Observation observe(Position position) {
    BigInteger bound = JUDGE.outlierBound(sequence(), position, policy);
    return Observation.of(
        columns.stream().map(column -> reading(column, bound)).toList(), position);
  }

  private Reading reading(Column column, BigInteger bound) {
    if (column.problem.isPresent()) {
      return Reading.unreadable(new Reason(column.problem.get(), "not read"));
    }
    List<BigInteger> ids =
        column.ids.stream()
            .filter(id -> policy.range().map(r -> r.contains(id)).orElse(true))
            .toList();
    Optional<BigInteger> furthest = furthest(ids);
    if (furthest.isEmpty()) {
      return Reading.empty();
    }
    List<BigInteger> within =
        ids.stream()
            .filter(id -> increment < 0 ? id.compareTo(bound) >= 0 : id.compareTo(bound) <= 0)
            .toList();
    return within.size() == ids.size()
        ? Reading.of(furthest.get())
        : Reading.withOutlier(furthest.get(), furthest(within));
  }

  private Optional<BigInteger> furthest(List<BigInteger> ids) {
    return ids.stream().reduce(increment < 0 ? BigInteger::min : BigInteger::max);
  }

  Verdict at(Position position) {
    return JUDGE.judge(sequence(), observe(position), policy, force);
  }

  Verdict at(long lastValue, boolean isCalled) {
    return at(new Position(lastValue, isCalled));
  }
}
