package io.seqwarden.drift;

import static io.seqwarden.drift.Given.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every sequence, on seeded random ones. */
class JudgePropertiesTest {

  private static final int SEQUENCES = 2_000;
  private static final int MOST_ROUNDS = 8;

  /** A sequence that counts up and where it stands. */
  private record Drawn(Given given, Position position) {}

  private static Drawn drawn(Random random) {
    long width = 1L << (4 + random.nextInt(50));
    long min = random.nextInt(3) == 0 ? -(width / 2) : 1;
    long step = random.nextInt(4) == 0 ? 1L + random.nextInt(40) : 1;
    Given given = given().sequence(min, min + width, step);
    // Every second column is of another width than its sequence.
    for (int columns = 1 + random.nextInt(3); columns > 0; columns--) {
      long fits = random.nextBoolean() ? width : width + random.nextInt(5) - width / 4;
      given.column(Bounds.of(min - width, min + fits), ids(random, min, width));
    }
    switch (random.nextInt(8)) {
      case 0 -> given.forced();
      case 1 -> given.heal(false);
      case 2 -> given.cycling();
      case 3 -> given.allocation(Policy.Allocation.POOLED);
      case 4 -> given.share(min + width / 8, min + width / 2);
      default -> {
        // As it comes.
      }
    }
    long used = step * random.nextInt((int) Math.min(1_000, 1 + width / step));
    return new Drawn(given, new Position(min + used, random.nextInt(4) > 0));
  }

  /** Some close to the start, some anywhere, and now and then one beyond the end. */
  private static long[] ids(Random random, long min, long width) {
    return random
        .longs(random.nextInt(7), 0, width)
        .map(id -> min + (random.nextBoolean() ? id : id % 2_000))
        .map(id -> random.nextInt(20) == 0 ? id + width : id)
        .toArray();
  }

  @ParameterizedTest
  @ValueSource(longs = {20261124, 1, 2})
  void countingDownMirrorsCountingUp(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < SEQUENCES; i++) {
      Drawn drawn = drawn(random);
      Position mirrored = new Position(-drawn.position().lastValue(), drawn.position().isCalled());

      Verdict up = drawn.given().at(drawn.position());
      Verdict down = drawn.given().mirrored().at(mirrored);

      assertThat(down)
          .as("%s at %s", drawn.given().sequence(), drawn.position())
          .usingRecursiveComparison()
          .ignoringFields("reason")
          .isEqualTo(
              new Verdict(
                  up.state(),
                  up.reason(),
                  up.warnings(),
                  Optional.of(mirrored),
                  negated(up.nextValue()),
                  up.mark().map(BigInteger::negate),
                  up.gap(),
                  up.usedRatio(),
                  up.effectiveLimit().negate(),
                  negated(up.target())));
      assertThat(down.reason().map(Reason::code)).isEqualTo(up.reason().map(Reason::code));
    }
  }

  private static OptionalLong negated(OptionalLong value) {
    return value.isPresent() ? OptionalLong.of(-value.getAsLong()) : value;
  }

  @ParameterizedTest
  @ValueSource(longs = {20261124, 1, 2})
  void aTargetIsPresentExactlyWhenBehindAndLeavesAnId(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < SEQUENCES; i++) {
      Drawn drawn = drawn(random);
      Verdict verdict = drawn.given().at(drawn.position());

      assertThat(verdict.target().isPresent()).isEqualTo(verdict.state() == State.BEHIND);
      assertThat(verdict.reason().isPresent()).isEqualTo(verdict.state() != State.IN_SYNC);
      if (verdict.target().isPresent()) {
        long target = verdict.target().getAsLong();
        assertThat(BigInteger.valueOf(target)).isGreaterThanOrEqualTo(verdict.mark().orElseThrow());
        assertThat(target).isGreaterThanOrEqualTo(verdict.nextValue().orElseThrow());
        assertThat(BigInteger.valueOf(advanced(drawn, verdict).lastValue()))
            .as("what is handed out next after an advance past %d", target)
            .isLessThanOrEqualTo(
                verdict
                    .effectiveLimit()
                    .subtract(BigInteger.valueOf(drawn.given().sequence().increment())));
      }
    }
  }

  /** Heals as the daemon does: judge, advance, read again. */
  @ParameterizedTest
  @ValueSource(longs = {20261124, 1, 2})
  void healingMovesForwardsAndEnds(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < SEQUENCES; i++) {
      Drawn drawn = drawn(random);
      Verdict verdict = drawn.given().at(drawn.position());
      int rounds = 0;
      while (verdict.target().isPresent()) {
        Position further = advanced(drawn, verdict);
        assertThat(further.lastValue()).isGreaterThanOrEqualTo(verdict.nextValue().orElseThrow());
        assertThat(++rounds).as("rounds of %s", drawn).isLessThanOrEqualTo(MOST_ROUNDS);

        Verdict same = same(drawn, verdict, further);
        assertThat(same.state()).as("the same ids, after the advance").isEqualTo(State.IN_SYNC);
        verdict = drawn.given().at(further);
      }
      assertThat(verdict.state()).isNotEqualTo(State.BEHIND);
    }
  }

  /** Judges what was read before from where the sequence stands now. */
  private static Verdict same(Drawn drawn, Verdict before, Position now) {
    Observation read = drawn.given().observe(before.position().orElseThrow());
    return Given.JUDGE.judge(
        drawn.given().sequence(),
        Observation.of(read.readings(), now),
        drawn.given().policy(),
        drawn.given().isForced());
  }

  /** What an advance leaves: the first step of the sequence's residue at or past the target. */
  private static Position advanced(Drawn drawn, Verdict verdict) {
    long step = drawn.given().sequence().increment();
    long next = verdict.nextValue().orElseThrow();
    long steps = (verdict.target().orElseThrow() - next) / step;
    return new Position(next + steps * step, true);
  }
}
