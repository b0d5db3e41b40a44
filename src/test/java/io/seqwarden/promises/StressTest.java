package io.seqwarden.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.promises.StressLoad.Healing;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A sequence never goes backwards, whoever inserts, heals and is killed. A few seconds in every
 * build; {@code -Dseqwarden.stress.duration=10m} shares ten minutes out among the loads.
 */
@ExtendWith(PostgresExtension.class)
final class StressTest {

  private static final int LOADS = 6;
  private static final Duration DEFAULT = Duration.ofSeconds(2);
  private static final Duration EACH = duration();

  @ParameterizedTest(name = "increment {0}, cache {1}")
  @CsvSource({"1, 1", "5, 1", "-1, 1", "1, 20", "5, 20", "-1, 20"})
  void aSequenceNeverGoesBackwards(int increment, int cache, TestDatabase db) throws Exception {
    StressLoad load = new StressLoad(increment, cache, EACH, Healing.SEQWARDEN);

    StressEvidence evidence = Stress.run(db, load);

    report(load, evidence);
    assertThat(evidence.violations()).isEmpty();
    assertThat(evidence.counted("values drawn")).isGreaterThan(1_000);
    assertThat(evidence.counted("default inserts")).isGreaterThan(50);
    assertThat(evidence.counted("advances: walk by guard")).isPositive();
    assertThat(evidence.counted("advances: jump by guard")).isPositive();
  }

  /** One of the loads on each major. */
  @EveryMajor
  void norDoesItOnAnyMajor(TestDatabase db) throws Exception {
    int increment = db.major() % 2 == 0 ? 1 : -1;
    int cache = db.major() % 3 == 0 ? 20 : 1;
    StressLoad load = new StressLoad(increment, cache, EACH, Healing.SEQWARDEN);

    StressEvidence evidence = Stress.run(db, load);

    report(load, evidence);
    assertThat(evidence.violations()).isEmpty();
    assertThat(evidence.counted("advances: jump by guard")).isPositive();
  }

  /** The same oracles see what people use instead go backwards. Else they would see nothing. */
  @ParameterizedTest
  @EnumSource(
      value = Healing.class,
      names = {"COPIED_TRIGGER", "NAIVE_HEALER"})
  void theOraclesSeeARewind(Healing naive, TestDatabase db) throws Exception {
    StressLoad load = new StressLoad(1, 1, DEFAULT, naive);

    StressEvidence evidence = Stress.run(db, load);

    report(load, evidence);
    assertThat(evidence.counted("values drawn twice")).isPositive();
    assertThat(evidence.violations()).isNotEmpty();
    if (naive == Healing.COPIED_TRIGGER) {
      assertThat(evidence.counted("23505 of default inserts, unexplained")).isPositive();
      assertThat(evidence.violations()).anyMatch(one -> one.startsWith("the sequence was seen"));
    }
  }

  private static Duration duration() {
    String asked = System.getProperty("seqwarden.stress.duration");
    return asked == null
        ? DEFAULT
        : Duration.parse("PT" + asked.toUpperCase(Locale.ROOT)).dividedBy(LOADS);
  }

  /** Whoever asked for minutes wants to see what they were spent on. */
  private static void report(StressLoad load, StressEvidence evidence) {
    System.out.printf("%s%n%s", load, evidence.table());
    evidence.violations().forEach(violation -> System.out.println("  " + violation));
  }
}
