package io.seqwarden.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Position;
import io.seqwarden.drift.State;
import io.seqwarden.drift.Verdict;
import io.seqwarden.sweep.SweepReport;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ViewsTest {

  @Test
  void findingHasTheContractsNames() {
    assertThat(Json.write(FindingView.of(Samples.behind("app"))))
        .isEqualTo(
            "{\"database\":\"app\",\"sequence\":\"public.ticket_id_seq\","
                + "\"columns\":[{\"table\":\"public.ticket\",\"column\":\"id\","
                + "\"type\":\"integer\"}],\"state\":\"behind\","
                + "\"reason\":{\"code\":\"collides\",\"message\":\"The next 20 inserts into"
                + " public.ticket fail with 23505 until public.ticket_id_seq is advanced past"
                + " 120.\"},\"warnings\":[\"unowned\",\"guard_missing\"],\"lastValue\":100,"
                + "\"isCalled\":true,\"incrementBy\":1,\"nextValue\":101,\"highWater\":120,"
                + "\"gap\":20,\"usedRatio\":0.25,\"effectiveLimit\":2147483647,"
                + "\"guarded\":false}");
  }

  @Test
  void whatCouldNotBeReadIsNull() {
    assertThat(Json.write(FindingView.of(Samples.unreadable("app"))))
        .contains(
            "\"lastValue\":null,\"isCalled\":null,\"incrementBy\":1,\"nextValue\":null,"
                + "\"highWater\":null,\"gap\":0,\"usedRatio\":null,");
  }

  @Test
  void emptyTableHasNoHighWaterAndNoReason() {
    assertThat(Json.write(FindingView.of(Samples.inSync("app", "public.s", "public.t"))))
        .contains("\"reason\":null,\"warnings\":[]")
        .contains("\"highWater\":null,\"gap\":0,\"usedRatio\":0.0,");
  }

  @Test
  void sixtyFourBitsAreNumbersInFull() {
    Finding finding =
        Samples.finding(
            "app",
            Samples.sequence("public.s", "public.t", "bigint"),
            new Verdict(
                State.IN_SYNC,
                Optional.empty(),
                Set.of(),
                Optional.of(new Position(Long.MAX_VALUE, true)),
                OptionalLong.of(Long.MAX_VALUE),
                Optional.of(BigInteger.valueOf(Long.MIN_VALUE)),
                Long.MAX_VALUE,
                Double.NaN,
                new BigInteger("99999999999999999999999999"),
                OptionalLong.empty()));

    assertThat(Json.write(FindingView.of(finding)))
        .contains("\"lastValue\":9223372036854775807,")
        .contains("\"highWater\":-9223372036854775808,\"gap\":9223372036854775807,")
        .contains("\"effectiveLimit\":99999999999999999999999999,");
  }

  @Test
  void eventHasTheContractsNames() {
    assertThat(Json.write(EventView.of(Samples.guardEvent("app", "public.ticket_id_seq"))))
        .isEqualTo(
            "{\"at\":\"2026-03-01T11:59:00Z\",\"database\":\"app\","
                + "\"sequence\":\"public.ticket_id_seq\",\"source\":\"guard\",\"before\":80,"
                + "\"after\":100,\"highWater\":100,\"sessionUser\":\"importer\","
                + "\"role\":\"none\",\"applicationName\":\"psql\","
                + "\"clientAddr\":\"192.0.2.7\"}");
  }

  @Test
  void reportIsFlat() {
    SweepReport report =
        new SweepReport(
            "app",
            Samples.NOW,
            Duration.ofMillis(1_500),
            SweepReport.Outcome.PARTIAL,
            Optional.of(SweepReport.Role.STANDBY),
            List.of(Samples.behind("app")),
            List.of(),
            List.of("app: one thing was left undone."));

    assertThat(
            Json.write(
                new ReportView(List.of(DatabaseView.of(report, true)), List.of(), List.of())))
        .isEqualTo(
            "{\"databases\":[{\"name\":\"app\",\"up\":true,\"role\":\"standby\","
                + "\"mode\":\"observe\",\"lastSweep\":\"2026-03-01T12:00:01.500Z\","
                + "\"nextSweep\":null,\"paused\":false,\"pausedUntil\":null,"
                + "\"counts\":{\"in_sync\":0,\"unreadable\":0,\"behind\":1,\"refused\":0},"
                + "\"outcome\":\"partial\",\"problem\":null,"
                + "\"problems\":[\"app: one thing was left undone.\"]}],"
                + "\"findings\":[],\"events\":[]}");
  }

  @Test
  void databaseThatWasNotReachedIsDownAndSaysWhy() {
    SweepReport report =
        new SweepReport(
            "app",
            Samples.NOW,
            Duration.ofSeconds(5),
            SweepReport.Outcome.FAILED,
            Optional.empty(),
            List.of(),
            List.of(),
            List.of("app: connection refused."));

    DatabaseView view = DatabaseView.of(report, false);

    assertThat(view.up()).isFalse();
    assertThat(view.lastSweep()).isNull();
    assertThat(view.problem()).isEqualTo("app: connection refused.");
    assertThat(view.mode()).isEqualTo("heal");
  }
}
