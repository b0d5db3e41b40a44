package io.seqwarden.report;

import io.seqwarden.drift.Bounds;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Judge;
import io.seqwarden.drift.Limits;
import io.seqwarden.drift.ObjectName;
import io.seqwarden.drift.Observation;
import io.seqwarden.drift.Policy;
import io.seqwarden.drift.Position;
import io.seqwarden.drift.Reading;
import io.seqwarden.drift.Reason;
import io.seqwarden.drift.Sequence;
import io.seqwarden.sweep.SweepReport;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reports as a sweep makes them, and a clock to set. */
final class Reports {

  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Reports() {}

  static Finding finding(String name, long lastValue, long mark) {
    ObjectName table = new ObjectName("public", name, "public." + name);
    FedColumn column =
        new FedColumn(
            1,
            table,
            "id",
            "id",
            1,
            "bigint",
            Bounds.of(Long.MIN_VALUE, Long.MAX_VALUE),
            FedColumn.Link.OWNED,
            true,
            FedColumn.Uniqueness.COLUMN,
            Optional.empty(),
            List.of());
    Sequence sequence =
        new Sequence(
            1,
            new ObjectName("public", name + "_id_seq", "public." + name + "_id_seq"),
            1,
            1_000_000,
            1,
            1,
            false,
            true,
            List.of(column));
    Observation observation =
        Observation.of(
            List.of(Reading.of(BigInteger.valueOf(mark))), new Position(lastValue, true));
    return new Finding(
        "app",
        sequence,
        new Judge(Limits.DEFAULT).judge(sequence, observation, Policy.DEFAULT, false),
        false);
  }

  static Event event(Instant at, String sequence, Optional<Reason.Code> refusal) {
    return new Event(
        at,
        "app",
        sequence,
        Event.Source.GUARD,
        OptionalLong.of(1),
        OptionalLong.of(refusal.isPresent() ? 1 : 5),
        Optional.of(BigInteger.valueOf(5)),
        refusal,
        "importer",
        "none",
        "import",
        Optional.empty());
  }

  static SweepReport report(
      SweepReport.Outcome outcome, List<Finding> findings, List<Event> events) {
    return new SweepReport(
        "app",
        START,
        Duration.ofMillis(20),
        outcome,
        Optional.of(SweepReport.Role.PRIMARY),
        findings,
        events,
        List.of());
  }

  /** A clock that stands until it is set. Confined to the test. */
  static final class SettableClock extends Clock {
    private Instant now = START;

    void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
