package io.seqwarden.drift;

import static io.seqwarden.drift.Given.BIGINT;
import static io.seqwarden.drift.Given.INTEGER;
import static io.seqwarden.drift.Given.JUDGE;
import static io.seqwarden.drift.Given.NUMERIC;
import static io.seqwarden.drift.Given.SMALLINT;
import static io.seqwarden.drift.Given.given;
import static io.seqwarden.drift.Given.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.seqwarden.drift.FedColumn.Uniqueness;
import io.seqwarden.drift.Policy.Allocation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The judge's table of cases: exact verdicts. */
class JudgeTest {

  private static final long MAX = Long.MAX_VALUE;
  private static final long MIN = Long.MIN_VALUE;

  /** A position as people write it: last_value and is_called. */
  private static Position called(long lastValue) {
    return new Position(lastValue, true);
  }

  private static Position fresh(long lastValue) {
    return new Position(lastValue, false);
  }

  static Stream<Arguments> positions() {
    return Stream.of(
        arguments(
            "the ticket: imported ids, sequence untouched",
            ids(1285),
            fresh(1),
            "behind collides next=1 mark=1285 gap=1285 limit=max target=1285"),
        arguments("healthy", ids(10), called(10), "in_sync next=11 mark=10 gap=0 limit=max"),
        arguments("far ahead", ids(10), called(900), "in_sync next=901 mark=10 gap=0 limit=max"),
        arguments(
            "one behind",
            ids(11),
            called(10),
            "behind collides next=11 mark=11 gap=1 limit=max target=11"),
        arguments(
            "setval(max, false) is drift",
            ids(10),
            fresh(10),
            "behind collides next=10 mark=10 gap=1 limit=max target=10"),
        arguments(
            "setval(max + 1, false) is healthy",
            ids(10),
            fresh(11),
            "in_sync next=11 mark=10 gap=0 limit=max"),
        arguments("empty table", ids(), fresh(1), "in_sync next=1 mark=none gap=0 limit=max"),
        arguments(
            "empty table, used before",
            ids(),
            called(7),
            "in_sync next=8 mark=none gap=0 limit=max"),
        arguments(
            "only ids before the sequence's start",
            ids(-5, -1),
            fresh(1),
            "in_sync next=1 mark=-1 gap=0 limit=max"),
        arguments(
            "MINVALUE and START off 1",
            ids(1002).sequence(1000, MAX, 1),
            fresh(1000),
            "behind collides next=1000 mark=1002 gap=3 limit=max target=1002"),
        arguments(
            "negative ids",
            ids(-90).sequence(-100, 100, 1),
            fresh(-100),
            "behind collides next=-100 mark=-90 gap=11 limit=100 target=-90"));
  }

  static Stream<Arguments> increments() {
    return Stream.of(
        arguments(
            "increment 5 keeps its residue: the target is the mark",
            ids(100).sequence(1, MAX, 5),
            called(3),
            "behind collides next=8 mark=100 gap=93 limit=max target=100"),
        arguments(
            "increment 5, the mark between two steps",
            ids(7).sequence(1, MAX, 5),
            called(3),
            "in_sync next=8 mark=7 gap=0 limit=max"),
        arguments(
            "increment 5, an id of another residue in the way",
            ids(9).sequence(1, MAX, 5),
            called(3),
            "behind collides next=8 mark=9 gap=2 limit=max target=9"),
        arguments(
            "counting down by 1",
            ids(-50).sequence(MIN, -1, -1),
            called(-10),
            "behind collides next=-11 mark=-50 gap=40 limit=min target=-50"),
        arguments(
            "counting down by 1, not called",
            ids(-1).sequence(MIN, -1, -1),
            fresh(-1),
            "behind collides next=-1 mark=-1 gap=1 limit=min target=-1"),
        arguments(
            "counting down by 3, the mark between two steps",
            ids(-12).sequence(MIN, -1, -3),
            called(-10),
            "in_sync next=-13 mark=-12 gap=0 limit=min"),
        arguments(
            "counting down by 3",
            ids(-14).sequence(MIN, -1, -3),
            called(-10),
            "behind collides next=-13 mark=-14 gap=2 limit=min target=-14"),
        arguments(
            "the residue leaves no id, though the limit lies past the mark",
            ids(97).sequence(1, 100, 10),
            called(81),
            "refused exhausted next=91 mark=97 gap=7 limit=100 exhausting"),
        arguments(
            "the residue leaves just one",
            ids(97).sequence(1, 101, 10),
            called(81),
            "behind collides next=91 mark=97 gap=7 limit=101 target=97 exhausting"),
        arguments(
            "counting down, the residue leaves no id",
            ids(-97).sequence(-100, -1, -10),
            called(-81),
            "refused exhausted next=-91 mark=-97 gap=7 limit=-100 exhausting"));
  }

  static Stream<Arguments> columns() {
    return Stream.of(
        arguments(
            "a bigint sequence in an integer column",
            given().column(INTEGER, 5),
            called(5),
            "in_sync next=6 mark=5 gap=0 limit=2147483647 narrow_column"),
        arguments(
            "a smallint column",
            given().column(SMALLINT, 32000).sequence(1, 32767, 1),
            called(31000),
            "behind collides next=31001 mark=32000 gap=1000 limit=32767 target=32000 exhausting"),
        arguments(
            "counting down in a smallint column",
            given().column(SMALLINT, -5).sequence(MIN, -1, -1),
            called(-5),
            "in_sync next=-6 mark=-5 gap=0 limit=-32768 narrow_column"),
        arguments(
            "numeric without a limit",
            given().column(NUMERIC, 7),
            called(5),
            "behind collides next=6 mark=7 gap=2 limit=max target=7"),
        arguments(
            "numeric holds what no sequence reaches",
            given().column(NUMERIC, List.of(BigInteger.TEN, BigInteger.TEN.pow(30))),
            called(5),
            "behind collides next=6 mark=10 gap=5 limit=max target=10 outlier"),
        arguments(
            "numeric(4)",
            given().column(Bounds.of(-9999, 9999), 7),
            called(7),
            "in_sync next=8 mark=7 gap=0 limit=9999 narrow_column"),
        arguments(
            "several columns: the furthest counts, the narrowest limits",
            given().column(BIGINT, 5).column(INTEGER, 70).column(BIGINT),
            called(6),
            "behind collides next=7 mark=70 gap=64 limit=2147483647 target=70 narrow_column"),
        arguments(
            "composite key",
            ids(9).unique(Uniqueness.COMPOSITE),
            called(1),
            "behind collides_for_some_keys next=2 mark=9 gap=8 limit=max target=9 not_unique"),
        arguments(
            "no unique index, and none at all",
            ids(9).unique(Uniqueness.NONE).unindexed(),
            called(1),
            "behind silent_duplicates next=2 mark=9 gap=8 limit=max target=9 no_index not_unique"),
        arguments(
            "the column without an index is not hit, so it is no reason",
            ids(9).column(BIGINT, 1).unique(Uniqueness.NONE),
            called(1),
            "behind collides next=2 mark=9 gap=8 limit=max target=9 not_unique"),
        arguments(
            "the column with the unique index is not hit",
            ids(1).column(BIGINT, 9).unique(Uniqueness.NONE),
            called(1),
            "behind silent_duplicates next=2 mark=9 gap=8 limit=max target=9 not_unique"),
        arguments(
            "cached and unowned",
            ids(1).cache(20).unowned(),
            called(20),
            "in_sync next=21 mark=1 gap=0 limit=max cached unowned"),
        arguments(
            "no value fits the column",
            given().column(SMALLINT, 5).sequence(100000, 200000, 1),
            fresh(100000),
            "unreadable value_range next=100000 mark=none gap=0 limit=32767 narrow_column"),
        arguments(
            "nor here, on the other side",
            given().column(SMALLINT, 5).sequence(-50000, -40000, 1),
            fresh(-50000),
            "unreadable value_range next=-50000 mark=none gap=0 limit=-40000"),
        arguments(
            "one column cannot be read",
            ids(1).unreadable(Reason.Code.PRIVILEGE).unreadable(Reason.Code.LOCK),
            called(5),
            "unreadable privilege next=6 mark=none gap=0 limit=max"),
        arguments(
            "what could be read proves it behind",
            given().unreadable(Reason.Code.TIMEOUT).column(BIGINT, 9),
            called(5),
            "behind collides next=6 mark=9 gap=4 limit=max target=9"),
        arguments(
            "what could be read proves it refused",
            given().unreadable(Reason.Code.TIMEOUT).column(BIGINT, 9).heal(false),
            called(5),
            "refused policy next=6 mark=9 gap=4 limit=max"),
        arguments(
            "what could be read proves it exhausting",
            given().unreadable(Reason.Code.GONE).column(BIGINT, 95).sequence(1, 100, 1),
            called(95),
            "unreadable gone next=96 mark=none gap=0 limit=100 exhausting"));
  }

  static Stream<Arguments> outliers() {
    return Stream.of(
        arguments(
            "the largest integer",
            given().column(INTEGER, 2147483647).sequence(1, 2147483647, 1),
            called(10),
            "in_sync next=11 mark=none gap=0 limit=2147483647 outlier"),
        arguments(
            "drift below it",
            given().column(INTEGER, 40, 2147483647).sequence(1, 2147483647, 1),
            called(10),
            "behind collides next=11 mark=40 gap=30 limit=2147483647 target=40 outlier"),
        arguments(
            "counting down, drift above it",
            given().column(INTEGER, -40, -2147483648L).sequence(-2147483648L, -1, -1),
            called(-10),
            "behind collides next=-11 mark=-40 gap=30 limit=-2147483648 target=-40 outlier"),
        arguments(
            "further than one advance may jump",
            given().column(INTEGER, 600000000).sequence(1, 2147483647, 1),
            called(10),
            "in_sync next=11 mark=none gap=0 limit=2147483647 outlier"),
        arguments(
            "as far as one advance may jump",
            given().column(INTEGER, 536870921).sequence(1, 2147483647, 1),
            called(10),
            "behind collides next=11 mark=536870921 gap=536870911 limit=2147483647"
                + " target=536870921"),
        arguments(
            "dense beyond the bound: what stands in the way is never an outlier",
            given().dense(SMALLINT, 1, 30000).sequence(1, 32767, 1),
            called(1),
            "behind collides next=2 mark=8192 gap=8191 limit=32767 target=8192 outlier"),
        arguments(
            "the same sparse in an integer column",
            given().column(INTEGER, 900, 2000000000).sequence(1, 2147483647, 1),
            called(1),
            "behind collides next=2 mark=900 gap=899 limit=2147483647 target=900 outlier"),
        arguments(
            "dense where the jump bound is short of 1,000 ids",
            given().dense(SMALLINT, 1, 3000).sequence(1, 3200, 1),
            called(1),
            "behind collides next=2 mark=1002 gap=1001 limit=3200 target=1002 outlier"),
        arguments(
            "past the bound, healed by ordinary steps",
            given().dense(SMALLINT, 1, 30000).sequence(1, 32767, 1),
            called(29400),
            "behind collides next=29401 mark=30000 gap=600 limit=32767 target=30000 exhausting"),
        arguments(
            "a tiny sequence, rows in the way",
            given().dense(BIGINT, 30, 60).sequence(1, 100, 1),
            called(1),
            "behind collides next=2 mark=60 gap=59 limit=100 target=60"),
        arguments(
            "a tiny sequence, rows up to its end",
            given().dense(BIGINT, 30, 100).sequence(1, 100, 1),
            called(1),
            "refused exhausted next=2 mark=100 gap=99 limit=100 exhausting"),
        arguments(
            "ids beyond MAXVALUE are always outliers",
            ids(990, 5000).sequence(1, 1000, 1),
            called(980),
            "behind collides next=981 mark=990 gap=10 limit=1000 target=990 exhausting outlier"),
        arguments(
            "even next door",
            ids(90, 101).sequence(1, 100, 1),
            called(90),
            "in_sync next=91 mark=90 gap=0 limit=100 outlier"),
        arguments(
            "forced after an outlier",
            given().column(INTEGER, 2000000000).sequence(1, 2147483647, 1).forced(),
            called(10),
            "behind collides next=11 mark=2000000000 gap=1999999990 limit=2147483647"
                + " target=2000000000 exhausting outlier"),
        arguments(
            "forced, but no id would remain",
            given().column(INTEGER, 40, 2147483647).sequence(1, 2147483647, 1).forced(),
            called(10),
            "refused exhausted next=11 mark=2147483647 gap=2147483637 limit=2147483647"
                + " exhausting outlier"),
        arguments(
            "forced, but the outlier lies beyond the limit",
            ids(40, 5000).sequence(1, 1000, 1).forced(),
            called(10),
            "behind collides next=11 mark=40 gap=30 limit=1000 target=40 outlier"));
  }

  static Stream<Arguments> ends() {
    return Stream.of(
        arguments(
            "at 95 %, behind",
            ids(960).sequence(1, 1000, 1),
            called(950),
            "behind collides next=951 mark=960 gap=10 limit=1000 target=960 exhausting"),
        arguments(
            "one id remains",
            ids(999).sequence(1, 1000, 1),
            called(950),
            "behind collides next=951 mark=999 gap=49 limit=1000 target=999 exhausting"),
        arguments(
            "none remains",
            ids(1000).sequence(1, 1000, 1),
            called(950),
            "refused exhausted next=951 mark=1000 gap=50 limit=1000 exhausting"),
        arguments(
            "already exhausted",
            ids(1000).sequence(1, 1000, 1),
            called(1000),
            "in_sync next=1001 mark=1000 gap=0 limit=1000 exhausting"),
        arguments(
            "past the column's end",
            given().column(SMALLINT, 32767),
            called(40000),
            "in_sync next=40001 mark=32767 gap=0 limit=32767 exhausting narrow_column"),
        arguments(
            "the last bigint",
            ids(MAX),
            called(MAX),
            "in_sync next=max mark=max gap=0 limit=max exhausting"),
        arguments(
            "the last bigint is taken",
            ids(MAX),
            called(MAX - 5),
            "refused exhausted next=9223372036854775803 mark=max gap=5 limit=max exhausting"),
        arguments(
            "counting down, the last bigint",
            ids(MIN).sequence(MIN, -1, -1),
            called(MIN),
            "in_sync next=min mark=min gap=0 limit=min exhausting"),
        arguments(
            "the whole width of 64 bits: the gap saturates",
            ids(MAX - 1).sequence(MIN, MAX, 1).forced(),
            fresh(MIN),
            "behind collides next=min mark=9223372036854775806 gap=max limit=max"
                + " target=9223372036854775806 exhausting outlier"),
        arguments(
            "a step as wide as a bigint",
            ids(MAX - 1).sequence(1, MAX, MAX - 1),
            called(1),
            "in_sync next=max mark=9223372036854775806 gap=0 limit=max exhausting"),
        arguments(
            "counting down in the widest step",
            ids(-2).sequence(MIN, -1, MIN),
            called(-1),
            "in_sync next=min mark=-2 gap=0 limit=min"),
        arguments(
            "a sequence of one value, not called",
            ids().sequence(5, 5, 1),
            fresh(5),
            "in_sync next=5 mark=none gap=0 limit=5"),
        arguments(
            "a sequence of one value, called",
            ids().sequence(5, 5, 1),
            called(5),
            "in_sync next=6 mark=none gap=0 limit=5 exhausting"),
        arguments(
            "a sequence of one value, and that is taken",
            ids(5).sequence(5, 5, 1),
            fresh(5),
            "refused exhausted next=5 mark=5 gap=1 limit=5 exhausting"));
  }

  static Stream<Arguments> policies() {
    return Stream.of(
        arguments(
            "not to be healed",
            ids(99).heal(false),
            called(1),
            "refused policy next=2 mark=99 gap=98 limit=max"),
        arguments(
            "not to be healed, but forced",
            ids(99).heal(false).forced(),
            called(1),
            "behind collides next=2 mark=99 gap=98 limit=max target=99"),
        arguments(
            "cycling: meets old rows by design",
            ids(99).sequence(1, 100, 1).cycling(),
            called(98),
            "in_sync next=99 mark=99 gap=1 limit=100 cycles"),
        arguments(
            "cycling, to be healed",
            ids(99).sequence(1, 1000, 1).cycling().heal(true),
            called(98),
            "behind collides next=99 mark=99 gap=1 limit=1000 target=99 cycles"),
        arguments(
            "cycling, not to be healed",
            ids(99).sequence(1, 1000, 1).cycling().heal(false),
            called(98),
            "refused policy next=99 mark=99 gap=1 limit=1000 cycles"),
        arguments(
            "cycling, forced",
            ids(99).sequence(1, 1000, 1).cycling().forced(),
            called(98),
            "behind collides next=99 mark=99 gap=1 limit=1000 target=99 cycles"),
        arguments(
            "cycling, one column unreadable",
            ids(99).unreadable(Reason.Code.LOCK).cycling(),
            called(98),
            "unreadable lock next=99 mark=none gap=0 limit=max cycles"),
        arguments(
            "a share of the ids",
            ids(500, 7000000).share(1, 1000000),
            called(100),
            "behind collides next=101 mark=500 gap=400 limit=1000000 target=500"),
        arguments(
            "a share that the sequence was not moved to yet",
            ids(500, 1000500).share(1000001, 2000000),
            called(500),
            "behind collides next=501 mark=1000500 gap=1000000 limit=2000000 target=1000500"),
        arguments(
            "counting down, a share",
            ids(-500, -7000000).sequence(MIN, -1, -1).share(-1000000, -1),
            called(-100),
            "behind collides next=-101 mark=-500 gap=400 limit=-1000000 target=-500"),
        arguments(
            "a share that the sequence cannot reach",
            ids(5).sequence(1, 100, 1).share(1000, 2000),
            fresh(1),
            "unreadable value_range next=1 mark=none gap=0 limit=100"));
  }

  static Stream<Arguments> allocations() {
    return Stream.of(
        arguments(
            "pooled: the next block overlaps the mark",
            ids(60).sequence(1, MAX, 50).allocation(Allocation.POOLED),
            called(51),
            "behind collides next=101 mark=60 gap=9 limit=max target=109"),
        arguments(
            "pooled: the next block begins right after the mark",
            ids(51).sequence(1, MAX, 50).allocation(Allocation.POOLED),
            called(51),
            "in_sync next=101 mark=51 gap=0 limit=max"),
        arguments(
            "pooled, counting down",
            ids(-60).sequence(MIN, -1, -50).allocation(Allocation.POOLED),
            called(-51),
            "behind collides next=-101 mark=-60 gap=9 limit=min target=-109"),
        arguments(
            "pooled, no whole block remains",
            ids(60).sequence(1, 150, 50).allocation(Allocation.POOLED),
            called(51),
            "refused exhausted next=101 mark=60 gap=9 limit=150"),
        arguments(
            "pooled-lo: a value starts its block",
            ids(100).sequence(1, MAX, 50).allocation(Allocation.POOLED_LO),
            called(51),
            "in_sync next=101 mark=100 gap=0 limit=max"),
        arguments(
            "pooled-lo, behind",
            ids(101).sequence(1, MAX, 50).allocation(Allocation.POOLED_LO),
            called(51),
            "behind collides next=101 mark=101 gap=1 limit=max target=101"),
        arguments(
            "hilo: ids are far ahead by design",
            given().column(INTEGER, 2000).allocation(Allocation.HILO),
            called(20),
            "in_sync next=21 mark=2000 gap=0 limit=2147483647 narrow_column"),
        arguments(
            "hilo: not even far ids are outliers, but they use the column up",
            given().column(INTEGER, 2000000000).allocation(Allocation.HILO),
            called(20000000),
            "in_sync next=20000001 mark=2000000000 gap=0 limit=2147483647 exhausting"
                + " narrow_column"),
        arguments(
            "hilo: forced or not, there is nothing to advance",
            ids(2000).allocation(Allocation.HILO).forced(),
            called(20),
            "in_sync next=21 mark=2000 gap=0 limit=max"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({
    "positions",
    "increments",
    "columns",
    "outliers",
    "ends",
    "policies",
    "allocations"
  })
  void judges(String name, Given given, Position position, String expected) {
    assertThat(told(given.at(position))).isEqualTo(expected);
  }

  private static String told(Verdict verdict) {
    return verdict.state().word()
        + verdict.reason().map(reason -> " " + reason.code().word()).orElse("")
        + " next="
        + word(BigInteger.valueOf(verdict.nextValue().orElseThrow()))
        + " mark="
        + verdict.mark().map(JudgeTest::word).orElse("none")
        + " gap="
        + word(BigInteger.valueOf(verdict.gap()))
        + " limit="
        + word(verdict.effectiveLimit())
        + (verdict.target().isPresent() ? " target=" + verdict.target().getAsLong() : "")
        + verdict.warnings().stream().map(one -> " " + one.word()).collect(Collectors.joining());
  }

  private static String word(BigInteger id) {
    return id.equals(BIGINT.highest()) ? "max" : id.equals(BIGINT.lowest()) ? "min" : id.toString();
  }

  /** The table leaves out nothing that the judge can say. */
  @Test
  void everyStateWarningAndReasonIsReached() {
    List<Verdict> verdicts =
        Stream.of(
                positions(), increments(), columns(), outliers(), ends(), policies(), allocations())
            .flatMap(cases -> cases)
            .map(Arguments::get)
            .map(row -> ((Given) row[1]).at((Position) row[2]))
            .toList();

    assertThat(verdicts).extracting(Verdict::state).contains(State.values());
    assertThat(verdicts.stream().flatMap(verdict -> verdict.warnings().stream()))
        .containsAll(EnumSet.complementOf(EnumSet.of(Warning.GUARD_MISSING)));
    assertThat(verdicts.stream().flatMap(verdict -> verdict.reason().stream()).map(Reason::code))
        .contains(
            Reason.Code.COLLIDES,
            Reason.Code.COLLIDES_FOR_SOME_KEYS,
            Reason.Code.SILENT_DUPLICATES,
            Reason.Code.POLICY,
            Reason.Code.EXHAUSTED,
            Reason.Code.VALUE_RANGE);
  }

  @Test
  void withoutAPositionNothingIsKnown() {
    Reason gone = new Reason(Reason.Code.GONE, "dropped");
    Given given = given().column(INTEGER, 1).unowned();

    Verdict verdict =
        JUDGE.judge(given.sequence(), Observation.unreadable(1, gone), given.policy(), false);

    assertThat(verdict)
        .isEqualTo(
            new Verdict(
                State.UNREADABLE,
                Optional.of(gone),
                Set.of(Warning.NARROW_COLUMN, Warning.UNOWNED),
                Optional.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                0,
                Double.NaN,
                BigInteger.valueOf(Integer.MAX_VALUE),
                OptionalLong.empty()));
  }

  static Stream<Arguments> sentences() {
    String taken = "public.s returns 2 next, and public.t0.id is taken already up to 9: ";
    return Stream.of(
        arguments(ids(9), taken + "inserts fail with 23505. Sync it"),
        arguments(
            ids(9).unique(Uniqueness.COMPOSITE),
            taken + "inserts fail with 23505 for some keys. Sync it"),
        arguments(
            ids(9).unique(Uniqueness.NONE),
            taken
                + "with no unique index on the column, inserts become silent duplicates."
                + " Sync it, and add a unique index"),
        arguments(
            ids(5).column(BIGINT, 9).unique(Uniqueness.NONE),
            "public.s returns 2 next, and public.t0.id, public.t1.id is taken already up to 9:"
                + " inserts fail with 23505; in public.t1.id they become silent duplicates."
                + " Sync it"),
        arguments(
            ids(9).heal(false),
            taken
                + "inserts fail with 23505. Its entry in sequences says heal = false, so it is left"
                + " alone: sync it with force, or remove that"),
        arguments(
            ids(9).sequence(1, 9, 1),
            taken
                + "inserts fail with 23505. Past that no id remains up to the limit 9: widen the"
                + " column or the sequence, or remove the row that holds the id"),
        arguments(
            ids(9).sequence(1, 9, 1).share(20, 30),
            "No value of public.s fits all of its columns and the configured range, so there is"
                + " nothing to compare: widen the column, or alter the sequence's bounds"));
  }

  @ParameterizedTest
  @MethodSource("sentences")
  void theReasonNamesSubjectCauseConsequenceAndNextStep(Given given, String expected) {
    assertThat(given.at(1, true).reason().orElseThrow().message()).isEqualTo(expected);
  }

  static Stream<Arguments> ratios() {
    return Stream.of(
        arguments("by the position", ids(20).sequence(0, 100, 1), called(50), 0.5),
        arguments("by the mark", ids(20).sequence(0, 100, 1), called(10), 0.2),
        arguments("mirrored", ids(-20).sequence(-100, 0, -1), called(-10), 0.2),
        arguments("of the effective limit", given().column(SMALLINT), called(8193), 8192 / 32766.0),
        arguments(
            "from the sequence's own start side, whatever the column",
            given().column(Bounds.of(0, 100)).sequence(-100, 1000, 1),
            called(0),
            0.5),
        arguments("from the share's start", ids().share(101, 201), called(151), 0.5),
        arguments("before the share", ids().share(101, 201), called(5), 0.0),
        arguments("past the end", given().column(SMALLINT), called(40000), 1.0),
        arguments("one id short of the end", ids(), called(MAX - 1), Math.nextDown(1.0)),
        arguments("at the end", ids(), called(MAX), 1.0),
        arguments("the first of many", ids(), called(2), 1 / (double) (MAX - 1)),
        arguments("one value, free", ids().sequence(5, 5, 1), fresh(5), 0.0),
        arguments("one value, called", ids().sequence(5, 5, 1), called(5), 1.0));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ratios")
  void usedRatioIsOfTheEffectiveLimit(
      String name, Given given, Position position, double expected) {
    assertThat(given.at(position).usedRatio()).isEqualTo(expected);
  }

  @Test
  void exhaustingBeginsExactlyAtTheLimit() {
    Given wide = ids().sequence(0, 1_000_000_000_000_000_000L, 1);

    assertThat(wide.at(899_999_999_999_999_999L, true).warnings()).isEmpty();
    assertThat(wide.at(900_000_000_000_000_000L, true).warnings())
        .containsExactly(Warning.EXHAUSTING);
  }

  @Test
  void theLimitsAreTheDatabasesOwn() {
    Judge strict = new Judge(new Limits(new BigDecimal("0.5"), new BigDecimal("0.01")));
    Given given = ids().sequence(0, 1_000_000, 1);

    assertThat(strict.outlierBound(given.sequence(), called(10), given.policy()))
        .isEqualTo(BigInteger.valueOf(10_010));
    assertThat(strict.outlierBound(given.sequence(), called(495_000), given.policy()))
        .isEqualTo(BigInteger.valueOf(500_000));
    assertThat(strict.outlierBound(given.sequence(), called(500_000), given.policy()))
        .isEqualTo(BigInteger.valueOf(510_000));
    assertThat(strict.outlierBound(given.sequence(), called(499_999), given.policy()))
        .isEqualTo(BigInteger.valueOf(501_000));
  }
}
