package io.seqwarden.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.drift.FedColumn.Uniqueness;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The judge's table of cases. */
class JudgeTest {

  private static final Judge JUDGE = new Judge(Limits.DEFAULT);

  private static final Bounds SMALLINT = Bounds.of(Short.MIN_VALUE, Short.MAX_VALUE);
  private static final Bounds INTEGER = Bounds.of(Integer.MIN_VALUE, Integer.MAX_VALUE);
  private static final Bounds BIGINT = Bounds.of(Long.MIN_VALUE, Long.MAX_VALUE);
  private static final Bounds NUMERIC =
      new Bounds(BigInteger.TEN.pow(200).negate(), BigInteger.TEN.pow(200));

  /** Builds a sequence and what was read of it, from what is usual. */
  private static final class Given {
    private long min = 1;
    private long max = Long.MAX_VALUE;
    private long increment = 1;
    private long cache = 1;
    private boolean cycles;
    private boolean owned = true;
    private boolean indexed = true;
    private Uniqueness uniqueness = Uniqueness.COLUMN;
    private final List<Bounds> ranges = new ArrayList<>();
    private final List<List<BigInteger>> ids = new ArrayList<>();
    private Policy policy = Policy.DEFAULT;
    private boolean force;

    Given sequence(long min, long max, long increment) {
      this.min = min;
      this.max = max;
      this.increment = increment;
      return this;
    }

    Given column(Bounds range, long... held) {
      ranges.add(range);
      List<BigInteger> list = new ArrayList<>();
      for (long id : held) {
        list.add(BigInteger.valueOf(id));
      }
      ids.add(list);
      return this;
    }

    Given dense(Bounds range, long from, long to) {
      ranges.add(range);
      List<BigInteger> list = new ArrayList<>();
      for (long id = from; id <= to; id++) {
        list.add(BigInteger.valueOf(id));
      }
      ids.add(list);
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

    Given unindexed() {
      indexed = false;
      return this;
    }

    Given unique(Uniqueness by) {
      uniqueness = by;
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

    Given range(long lo, long hi) {
      policy = new Policy(policy.heal(), true, policy.allocation(), Optional.of(Bounds.of(lo, hi)));
      return this;
    }

    Given forced() {
      force = true;
      return this;
    }

    Sequence sequence() {
      List<FedColumn> columns = new ArrayList<>();
      for (int i = 0; i < ranges.size(); i++) {
        ObjectName table = new ObjectName("public", "t" + i, "public.t" + i);
        columns.add(
            new FedColumn(
                i,
                table,
                "id",
                "id",
                1,
                "bigint",
                ranges.get(i),
                FedColumn.Link.OWNED,
                indexed,
                uniqueness,
                Optional.empty(),
                List.of(new FedColumn.Member(i, table, false))));
      }
      return new Sequence(
          9,
          new ObjectName("public", "s", "public.s"),
          min,
          max,
          increment,
          cache,
          cycles,
          owned,
          columns);
    }

    /** Reads as the observer does: the furthest id, and the furthest within the bound. */
    Observation observe(Position position) {
      Sequence sequence = sequence();
      BigInteger bound = JUDGE.outlierBound(sequence, position, policy);
      List<Reading> readings = new ArrayList<>();
      for (List<BigInteger> held : ids) {
        readings.add(reading(sequence.descending(), held, bound));
      }
      return Observation.of(readings, position);
    }

    private static Reading reading(boolean down, List<BigInteger> held, BigInteger bound) {
      Optional<BigInteger> furthest = furthest(down, held);
      if (furthest.isEmpty()) {
        return Reading.empty();
      }
      List<BigInteger> within =
          held.stream()
              .filter(id -> down ? id.compareTo(bound) >= 0 : id.compareTo(bound) <= 0)
              .toList();
      return within.size() == held.size()
          ? Reading.of(furthest.get())
          : Reading.withOutlier(furthest.get(), furthest(down, within));
    }

    private static Optional<BigInteger> furthest(boolean down, List<BigInteger> held) {
      return held.stream().reduce(down ? BigInteger::min : BigInteger::max);
    }

    Verdict at(long lastValue, boolean isCalled) {
      return JUDGE.judge(sequence(), observe(new Position(lastValue, isCalled)), policy, force);
    }
  }

  private static Given given() {
    return new Given();
  }

  private static String told(Verdict verdict) {
    return verdict.state().word()
        + verdict.reason().map(reason -> " " + reason.code().word()).orElse("")
        + " next="
        + verdict.nextValue().orElse(-1)
        + " mark="
        + verdict.mark().map(BigInteger::toString).orElse("none")
        + " gap="
        + verdict.gap()
        + " limit="
        + verdict.effectiveLimit()
        + (verdict.target().isPresent() ? " target=" + verdict.target().getAsLong() : "")
        + verdict.warnings().stream()
            .map(warning -> " " + warning.word())
            .reduce("", String::concat);
  }

  static Stream<Arguments> cases() {
    long far = Long.MAX_VALUE;
    return Stream.of(
        of(
            "the ticket",
            given().column(BIGINT, 1285),
            1,
            false,
            "behind collides next=1 mark=1285 gap=1285 limit=" + far + " target=1285"),
        of(
            "healthy",
            given().column(BIGINT, 10),
            10,
            true,
            "in_sync next=11 mark=10 gap=0 limit=" + far),
        of(
            "not called, at the mark",
            given().column(BIGINT, 10),
            10,
            false,
            "behind collides next=10 mark=10 gap=1 limit=" + far + " target=10"),
        of(
            "not called, past the mark",
            given().column(BIGINT, 10),
            11,
            false,
            "in_sync next=11 mark=10 gap=0 limit=" + far),
        of(
            "empty table",
            given().column(BIGINT),
            1,
            false,
            "in_sync next=1 mark=none gap=0 limit=" + far),
        of(
            "increment 5",
            given().sequence(1, far, 5).column(BIGINT, 100),
            3,
            true,
            "behind collides next=8 mark=100 gap=93 limit=" + far + " target=100"),
        of(
            "between the steps",
            given().sequence(1, far, 5).column(BIGINT, 7),
            3,
            true,
            "in_sync next=8 mark=7 gap=0 limit=" + far),
        of(
            "counting down",
            given().sequence(Long.MIN_VALUE, -1, -1).column(BIGINT, -50),
            -10,
            true,
            "behind collides next=-11 mark=-50 gap=40 limit=" + Long.MIN_VALUE + " target=-50"),
        of(
            "counting down by 3, healthy",
            given().sequence(Long.MIN_VALUE, -1, -3).column(BIGINT, -12),
            -10,
            true,
            "in_sync next=-13 mark=-12 gap=0 limit=" + Long.MIN_VALUE),
        of(
            "counting down in a smallint",
            given().sequence(Long.MIN_VALUE, -1, -1).column(SMALLINT, -5),
            -5,
            true,
            "in_sync next=-6 mark=-5 gap=0 limit=-32768 narrow_column"),
        of(
            "min and start off 1",
            given().sequence(1000, far, 1).column(BIGINT, 1002),
            1000,
            false,
            "behind collides next=1000 mark=1002 gap=3 limit=" + far + " target=1002"),
        of(
            "negative ids",
            given().sequence(-100, 100, 1).column(BIGINT, -90),
            -100,
            false,
            "behind collides next=-100 mark=-90 gap=11 limit=100 target=-90"),
        of(
            "narrow column",
            given().column(INTEGER, 5),
            5,
            true,
            "in_sync next=6 mark=5 gap=0 limit=2147483647 narrow_column"),
        of(
            "numeric column",
            given().column(NUMERIC, 7),
            5,
            true,
            "behind collides next=6 mark=7 gap=2 limit=" + far + " target=7"),
        of(
            "an outlier",
            given().sequence(1, 2147483647, 1).column(INTEGER, 2147483647),
            10,
            true,
            "in_sync next=11 mark=none gap=0 limit=2147483647 outlier"),
        of(
            "drift below an outlier",
            given().sequence(1, 2147483647, 1).column(INTEGER, 40, 2147483647),
            10,
            true,
            "behind collides next=11 mark=40 gap=30 limit=2147483647 target=40 outlier"),
        of(
            "forced after a plausible outlier",
            given().sequence(1, 2147483647, 1).column(INTEGER, 2000000000).forced(),
            10,
            true,
            "behind collides next=11 mark=2000000000 gap=1999999990 limit=2147483647 target=2000000000 exhausting outlier"),
        of(
            "forced, but no id would remain",
            given().sequence(1, 2147483647, 1).column(INTEGER, 2147483647).forced(),
            10,
            true,
            "refused exhausted next=11 mark=2147483647 gap=2147483637 limit=2147483647 exhausting outlier"),
        of(
            "dense beyond the bound",
            given().sequence(1, 32767, 1).dense(SMALLINT, 1, 30000),
            1,
            true,
            "behind collides next=2 mark=8192 gap=8191 limit=32767 target=8192 outlier"),
        of(
            "dense at the bound",
            given().sequence(1, 32767, 1).dense(SMALLINT, 1, 30000),
            29400,
            true,
            "behind collides next=29401 mark=30000 gap=600 limit=32767 target=30000 exhausting"),
        of(
            "a tiny sequence, rows in the way",
            given().sequence(1, 100, 1).dense(BIGINT, 30, 60),
            1,
            true,
            "behind collides next=2 mark=60 gap=59 limit=100 target=60"),
        of(
            "a tiny sequence, full",
            given().sequence(1, 100, 1).dense(BIGINT, 30, 100),
            1,
            true,
            "refused exhausted next=2 mark=100 gap=99 limit=100 exhausting"),
        of(
            "ids beyond MAXVALUE",
            given().sequence(1, 1000, 1).column(BIGINT, 990, 5000),
            980,
            true,
            "behind collides next=981 mark=990 gap=10 limit=1000 target=990 exhausting outlier"),
        of(
            "at 95 %",
            given().sequence(1, 1000, 1).column(BIGINT, 960),
            950,
            true,
            "behind collides next=951 mark=960 gap=10 limit=1000 target=960 exhausting"),
        of(
            "at the end",
            given().sequence(1, 1000, 1).column(BIGINT, 1000),
            1000,
            true,
            "in_sync next=1001 mark=1000 gap=0 limit=1000 exhausting"),
        of(
            "64-bit edge",
            given().column(BIGINT, Long.MAX_VALUE),
            Long.MAX_VALUE,
            true,
            "in_sync next=" + far + " mark=" + far + " gap=0 limit=" + far + " exhausting"),
        of(
            "64-bit edge, large step",
            given().sequence(1, far, far).column(BIGINT, far - 1),
            1,
            false,
            "in_sync next=1 mark=none gap=0 limit=" + far + " outlier"),
        of(
            "cycling",
            given().sequence(1, 100, 1).cycling().column(BIGINT, 99),
            98,
            true,
            "in_sync next=99 mark=99 gap=1 limit=100 cycles"),
        of(
            "cycling, to be healed",
            given().sequence(1, 1000, 1).cycling().heal(true).column(BIGINT, 99),
            98,
            true,
            "behind collides next=99 mark=99 gap=1 limit=1000 target=99 cycles"),
        of(
            "not to be healed",
            given().heal(false).column(BIGINT, 99),
            1,
            true,
            "refused policy next=2 mark=99 gap=98 limit=" + far),
        of(
            "not to be healed, but forced",
            given().heal(false).forced().column(BIGINT, 99),
            1,
            true,
            "behind collides next=2 mark=99 gap=98 limit=" + far + " target=99"),
        of(
            "several columns",
            given().column(BIGINT, 5).column(INTEGER, 70),
            6,
            true,
            "behind collides next=7 mark=70 gap=64 limit=2147483647 target=70 narrow_column"),
        of(
            "composite key",
            given().unique(Uniqueness.COMPOSITE).column(BIGINT, 9),
            1,
            true,
            "behind collides_for_some_keys next=2 mark=9 gap=8 limit="
                + far
                + " target=9 not_unique"),
        of(
            "no unique index",
            given().unique(Uniqueness.NONE).unindexed().column(BIGINT, 9),
            1,
            true,
            "behind silent_duplicates next=2 mark=9 gap=8 limit="
                + far
                + " target=9 no_index not_unique"),
        of(
            "cached and unowned",
            given().cache(20).unowned().column(BIGINT, 1),
            20,
            true,
            "in_sync next=21 mark=1 gap=0 limit=" + far + " cached unowned"),
        of(
            "pooled, block below the mark",
            given().sequence(1, far, 50).allocation(Policy.Allocation.POOLED).column(BIGINT, 60),
            51,
            true,
            "behind collides next=101 mark=60 gap=9 limit=" + far + " target=109"),
        of(
            "pooled, healthy",
            given().sequence(1, far, 50).allocation(Policy.Allocation.POOLED).column(BIGINT, 51),
            51,
            true,
            "in_sync next=101 mark=51 gap=0 limit=" + far),
        of(
            "pooled-lo, healthy",
            given()
                .sequence(1, far, 50)
                .allocation(Policy.Allocation.POOLED_LO)
                .column(BIGINT, 100),
            51,
            true,
            "in_sync next=101 mark=100 gap=0 limit=" + far),
        of(
            "hilo",
            given().allocation(Policy.Allocation.HILO).column(BIGINT, 5000),
            5,
            true,
            "in_sync next=6 mark=5000 gap=0 limit=" + far),
        of(
            "a share of the ids",
            given().range(1, 1000000).column(BIGINT, 500),
            100,
            true,
            "behind collides next=101 mark=500 gap=400 limit=1000000 target=500"));
  }

  private static Arguments of(
      String name, Given given, long lastValue, boolean isCalled, String expected) {
    return Arguments.of(name, given, lastValue, isCalled, expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void judges(String name, Given given, long lastValue, boolean isCalled, String expected) {
    assertThat(told(given.at(lastValue, isCalled))).isEqualTo(expected);
  }

  @Test
  void aColumnThatCannotBeReadMakesItUnreadable() {
    Given given = given().column(BIGINT, 1).column(BIGINT, 1);
    Reason privilege = new Reason(Reason.Code.PRIVILEGE, "no SELECT");
    Observation observation =
        Observation.of(
            List.of(Reading.of(BigInteger.ONE), Reading.unreadable(privilege)),
            new Position(5, true));

    Verdict verdict = JUDGE.judge(given.sequence(), observation, Policy.DEFAULT, false);

    assertThat(verdict.state()).isEqualTo(State.UNREADABLE);
    assertThat(verdict.reason()).contains(privilege);
    assertThat(verdict.target()).isEmpty();
  }

  @Test
  void whatCouldBeReadMayProveItBehind() {
    Given given = given().column(BIGINT, 9).column(BIGINT);
    Observation observation =
        Observation.of(
            List.of(
                Reading.of(BigInteger.valueOf(9)),
                Reading.unreadable(new Reason(Reason.Code.TIMEOUT, "too slow"))),
            new Position(5, true));

    Verdict verdict = JUDGE.judge(given.sequence(), observation, Policy.DEFAULT, false);

    assertThat(verdict.state()).isEqualTo(State.BEHIND);
    assertThat(verdict.target()).isEqualTo(OptionalLong.of(9));
  }

  @Test
  void noCommonValueIsAReason() {
    Verdict verdict = given().sequence(100000, 200000, 1).column(SMALLINT, 5).at(100000, false);

    assertThat(told(verdict))
        .isEqualTo("unreadable value_range next=100000 mark=none gap=0 limit=32767 narrow_column");
    assertThat(verdict.usedRatio()).isNaN();
  }

  @Test
  void theReasonNamesSubjectCauseConsequenceAndNextStep() {
    assertThat(given().column(BIGINT, 1285).at(1, false).reason().orElseThrow().message())
        .isEqualTo(
            "public.s returns 1 next, and public.t0.id is taken already up to 1285: inserts fail with 23505. Sync it");
  }

  @Test
  void usedRatioIsOfTheEffectiveLimit() {
    assertThat(given().sequence(0, 100, 1).column(BIGINT, 20).at(50, true).usedRatio())
        .isEqualTo(0.5);
    assertThat(given().sequence(0, 100, 1).column(BIGINT, 20).at(10, true).usedRatio())
        .isEqualTo(0.2);
    assertThat(given().sequence(-100, 0, -1).column(BIGINT, -20).at(-10, true).usedRatio())
        .isEqualTo(0.2);
  }

  /** Heals as the daemon does, round by round, on random sequences of both directions. */
  @Test
  void healingEndsAndCountingDownMirrorsCountingUp() {
    Random random = new Random(20261124);
    for (int i = 0; i < 2_000; i++) {
      long max = 50L + random.nextInt(100_000);
      long step = 1L + random.nextInt(7);
      long[] ids = random.longs(1 + random.nextInt(6), 1, max + 1).toArray();
      long start = 1L + random.nextInt(50);
      Given up = given().sequence(1, max, step).column(BIGINT, ids);
      long[] mirrored = java.util.Arrays.stream(ids).map(id -> -id).toArray();
      Given down = given().sequence(-max, -1, -step).column(BIGINT, mirrored);

      Verdict verdict = healed(up, start);
      assertThat(verdict.state()).isNotEqualTo(State.BEHIND);
      Verdict other = healed(down, -start);
      assertThat(other.state()).isEqualTo(verdict.state());
      assertThat(other.mark().map(BigInteger::negate)).isEqualTo(verdict.mark());
      assertThat(other.gap()).isEqualTo(verdict.gap());
      assertThat(other.warnings()).isEqualTo(verdict.warnings());
    }
  }

  private static Verdict healed(Given given, long start) {
    Sequence sequence = given.sequence();
    Position position = new Position(start, true);
    Verdict verdict = given.at(start, true);
    for (int round = 0; round < 200 && verdict.target().isPresent(); round++) {
      long next = position.lastValue() + sequence.increment();
      while ((next - verdict.target().getAsLong()) * sequence.increment() <= 0) {
        next += sequence.increment();
      }
      position = new Position(next - sequence.increment(), true);
      verdict = given.at(position.lastValue(), true);
    }
    return verdict;
  }
}
