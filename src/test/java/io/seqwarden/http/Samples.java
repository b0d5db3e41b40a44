package io.seqwarden.http;

import io.seqwarden.drift.Bounds;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.ObjectName;
import io.seqwarden.drift.Position;
import io.seqwarden.drift.Reason;
import io.seqwarden.drift.Sequence;
import io.seqwarden.drift.State;
import io.seqwarden.drift.Verdict;
import io.seqwarden.drift.Warning;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Findings and events as a sweep would hand them on. */
final class Samples {

  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final BigInteger INTEGER_MAX = BigInteger.valueOf(Integer.MAX_VALUE);

  private Samples() {}

  /** {@code public.ticket_id_seq} behind by 20 ids. */
  static Finding behind(String database) {
    return finding(
        database,
        ticket(),
        new Verdict(
            State.BEHIND,
            Optional.of(
                new Reason(
                    Reason.Code.COLLIDES,
                    "The next 20 inserts into public.ticket fail with 23505 until"
                        + " public.ticket_id_seq is advanced past 120.")),
            Set.of(Warning.GUARD_MISSING, Warning.UNOWNED),
            Optional.of(new Position(100, true)),
            OptionalLong.of(101),
            Optional.of(BigInteger.valueOf(120)),
            20,
            0.25,
            INTEGER_MAX,
            OptionalLong.of(120)));
  }

  /** {@code public.ticket_id_seq} after its repair. */
  static Finding healed(String database) {
    return finding(
        database,
        ticket(),
        new Verdict(
            State.IN_SYNC,
            Optional.empty(),
            Set.of(),
            Optional.of(new Position(120, true)),
            OptionalLong.of(121),
            Optional.of(BigInteger.valueOf(120)),
            0,
            0.25,
            INTEGER_MAX,
            OptionalLong.empty()));
  }

  /** A sequence that no automatic advance is allowed for. */
  static Finding refused(String database) {
    return finding(
        database,
        sequence("public.tiny_id_seq", "public.tiny", "smallint"),
        new Verdict(
            State.REFUSED,
            Optional.of(
                new Reason(
                    Reason.Code.EXHAUSTED,
                    "public.tiny_id_seq stays at 32000: past 32767 no id remains in"
                        + " public.tiny.id. Widen the column.")),
            Set.of(Warning.EXHAUSTING),
            Optional.of(new Position(32_000, true)),
            OptionalLong.of(32_001),
            Optional.of(BigInteger.valueOf(32_767)),
            767,
            1.0,
            BigInteger.valueOf(32_767),
            OptionalLong.empty()));
  }

  /** A sequence of which nothing could be read. */
  static Finding unreadable(String database) {
    return finding(
        database,
        sequence("public.secret_id_seq", "public.secret", "bigint"),
        new Verdict(
            State.UNREADABLE,
            Optional.of(
                new Reason(
                    Reason.Code.PRIVILEGE,
                    "public.secret cannot be read: permission denied for table secret.")),
            Set.of(),
            Optional.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            0,
            Double.NaN,
            BigInteger.valueOf(Long.MAX_VALUE),
            OptionalLong.empty()));
  }

  /** A sequence in sync with names of the caller's choice. */
  static Finding inSync(String database, String sequence, String table) {
    return finding(
        database,
        sequence(sequence, table, "bigint"),
        new Verdict(
            State.IN_SYNC,
            Optional.empty(),
            Set.of(),
            Optional.of(new Position(1, false)),
            OptionalLong.of(1),
            Optional.empty(),
            0,
            0.0,
            BigInteger.valueOf(Long.MAX_VALUE),
            OptionalLong.empty()));
  }

  /** The guard advanced {@code sequence} for an importer. */
  static Event guardEvent(String database, String sequence) {
    return new Event(
        NOW.minusSeconds(60),
        database,
        sequence,
        Event.Source.GUARD,
        OptionalLong.of(80),
        OptionalLong.of(100),
        Optional.of(BigInteger.valueOf(100)),
        Optional.empty(),
        "importer",
        "none",
        "psql",
        Optional.of("192.0.2.7"));
  }

  /** A sweep was refused to advance {@code sequence}. */
  static Event refusalEvent(String database, String sequence) {
    return new Event(
        NOW.minusSeconds(30),
        database,
        sequence,
        Event.Source.SWEEP,
        OptionalLong.of(32_000),
        OptionalLong.of(32_000),
        Optional.of(BigInteger.valueOf(32_767)),
        Optional.of(Reason.Code.EXHAUSTED),
        "seqwarden",
        "none",
        "seqwarden",
        Optional.empty());
  }

  static Finding finding(String database, Sequence sequence, Verdict verdict) {
    return new Finding(database, sequence, verdict, false);
  }

  private static Sequence ticket() {
    return sequence("public.ticket_id_seq", "public.ticket", "integer");
  }

  /** A sequence of plain or quoted names; the raw ones are made up from them. */
  static Sequence sequence(String sequence, String table, String type) {
    FedColumn column =
        new FedColumn(
            1,
            name(table),
            "id",
            "id",
            1,
            type,
            Bounds.of(1, Long.MAX_VALUE),
            FedColumn.Link.OWNED,
            true,
            FedColumn.Uniqueness.COLUMN,
            Optional.empty(),
            List.of(new FedColumn.Member(1, name(table), false)));
    return new Sequence(2, name(sequence), 1, Long.MAX_VALUE, 1, 1, false, true, List.of(column));
  }

  private static ObjectName name(String quoted) {
    int dot = quoted.indexOf('.');
    return new ObjectName(quoted.substring(0, dot), quoted.substring(dot + 1), quoted);
  }
}
