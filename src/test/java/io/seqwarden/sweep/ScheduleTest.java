package io.seqwarden.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far sweeps lie apart, by which an alert tells that one is overdue. */
final class ScheduleTest {

  private static Instant at(String local) {
    return LocalDateTime.parse(local).atZone(ZoneId.systemDefault()).toInstant();
  }

  @ParameterizedTest
  @CsvSource({
    // Every five minutes, whenever asked.
    "0 0/5 * * * ?, 2026-01-14T03:01:00, PT5M",
    "0 0/5 * * * ?, 2026-01-14T03:00:00, PT5M",
    "0 0/5 * * * ?, 2026-01-14T03:00:00.5, PT5M",
    // In office hours: through the night the pause is the night's, and until its sweep has ended.
    "0 0/5 8-17 * * ?, 2026-01-14T03:00:00, PT14H5M",
    "0 0/5 8-17 * * ?, 2026-01-14T08:00:01, PT14H5M",
    "0 0/5 8-17 * * ?, 2026-01-14T08:05:01, PT5M",
    "0 0/5 8-17 * * ?, 2026-01-14T17:54:00, PT5M",
    "0 0/5 8-17 * * ?, 2026-01-14T17:56:00, PT14H5M",
    "0 0 4 29 2 ?, 2026-01-14T03:00:00, PT35064H",
    // Still to come.
    "0 0 4 1 * ? 2099, 2026-01-14T03:00:00, PT744H"
  })
  void intervalIsThatOfTheTimeOfDay(String cron, String now, Duration interval) {
    assertThat(new Schedule.Cron(cron).interval(at(now))).contains(interval);
  }

  @Test
  void thereIsNoneWhereNoSweepFollows() {
    assertThat(new Schedule.Cron("0 0 4 * * ? 2020").interval(at("2026-01-14T03:00:00"))).isEmpty();
  }
}
