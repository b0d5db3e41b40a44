package io.seqwarden.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Reason;
import io.seqwarden.drift.Sequence;
import io.seqwarden.drift.Verdict;
import io.seqwarden.drift.Warning;
import io.seqwarden.promises.Drift.Outcome;
import io.seqwarden.sweep.SweepReport;
import io.seqwarden.sweep.Sweeping;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;

/** What is to be seen of a drift, from a session of an application and from sweeps. */
final class DriftChecks {

  private static final String EVENTS =
      """
      select coalesce(string_agg(concat_ws(': ', source, reason), ', ' order by id), '')
        from seqwarden.event
      """;

  private final Drift drift;

  /** A session that knows nothing of seqwarden. */
  private final Connection plain;

  DriftChecks(Drift drift, Connection plain) {
    this.drift = drift;
    this.plain = plain;
  }

  /** With a guard: before any sweep, and after the next one. Returns what that found. */
  Finding guarded(Sweeping sweeping) throws Exception {
    Drift.Expected expected = drift.guarded();
    if (expected.outcome() == Outcome.HEALED) {
      drifted();
    } else {
      assertThat(insert()).as("before any sweep").isEqualTo(expected.next());
    }
    SweepReport report = sweeping.sweep();
    assertThat(report.problems()).isEmpty();
    assertThat(said(report)).isEqualTo(drift.seenAtLast());
    assertThat(one(plain, EVENTS)).isEqualTo(String.join(", ", expected.events()));
    if (expected.outcome() == Outcome.HEALED) {
      assertThat(insert()).as("once swept").isEqualTo(expected.next());
    }
    return finding(report);
  }

  /**
   * Without a guard: what {@code looking} says, which changes nothing, what an application gets,
   * and how the next sweep heals it.
   */
  void unguarded(Sweeping looking, Sweeping sweeping) throws Exception {
    assertThat(said(looking.sweep())).isEqualTo(drift.seen());
    Drift.Expected expected = drift.unguarded();
    if (expected.outcome() == Outcome.HEALED) {
      drifted();
    }
    SweepReport report = sweeping.sweep();
    assertThat(report.problems()).isEmpty();
    assertThat(said(report)).isEqualTo(drift.seenAtLast());
    assertThat(sweeping.events).extracting(DriftChecks::told).isEqualTo(expected.events());
    assertThat(insert()).as("once swept").isEqualTo(expected.next());
  }

  private void drifted() {
    if (!drift.meanwhile().isEmpty()) {
      assertThat(insert()).as("until the next sweep").isEqualTo(drift.meanwhile());
    }
  }

  /** An id that the sequence would have given next is inserted, and the sequence passes it. */
  void guardIsAwake(Sequence sequence, String replicationRole) throws SQLException {
    String position =
        "select last_value + case when is_called then %d else 0 end from %s"
            .formatted(sequence.increment(), sequence.name().quoted());
    long next = Long.parseLong(one(plain, position));
    Drift.execute(
        plain,
        List.of(
            "set session_replication_role = " + replicationRole,
            drift.explicit(next),
            "reset session_replication_role"));
    assertThat(insert())
        .as("after another id, with session_replication_role = " + replicationRole)
        .isEqualTo(Long.toString(next + sequence.increment()));
  }

  /** What a default insert gets: the id, or the SQLSTATE that it fails with. */
  private String insert() {
    try {
      return one(plain, drift.insert());
    } catch (SQLException failure) {
      return String.valueOf(failure.getSQLState());
    }
  }

  /** State: reason; warnings. */
  String said(SweepReport report) {
    Verdict verdict = finding(report).verdict();
    String warnings =
        verdict.warnings().stream().map(Warning::word).collect(Collectors.joining(", "));
    return verdict.state().word()
        + verdict.reason().map(Reason::code).map(code -> ": " + code.word()).orElse("")
        + (warnings.isEmpty() ? "" : "; " + warnings);
  }

  private Finding finding(SweepReport report) {
    return report.findings().stream()
        .filter(
            finding ->
                finding.sequence().columns().stream()
                    .anyMatch(column -> column.table().quoted().equals(drift.table())))
        .findFirst()
        .orElseThrow(() -> new AssertionError(drift.table() + " is not in " + report));
  }

  private static String told(Event event) {
    return event.source().word() + event.refusal().map(code -> ": " + code.word()).orElse("");
  }

  static String one(Connection session, String sql) throws SQLException {
    try (Statement statement = session.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
