package io.seqwarden.http;

import io.seqwarden.sweep.SweepReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a whole sweep as JSON.
 *
 * @param database the database's name in the configuration
 * @param outcome how it ended: ok or partial
 * @param role primary or standby; null where the server was not reached
 * @param startedAt when it began
 * @param durationSeconds how long it took, in seconds
 * @param counts how many sequences are in each state after it, every state present
 * @param events how many advances and refusals it recorded
 * @param problems what went wrong or was left undone, a sentence each
 */
public record SweepView(
    String database,
    String outcome,
    @Nullable String role,
    Instant startedAt,
    double durationSeconds,
    Map<String, Long> counts,
    int events,
    List<String> problems) {

  /** The view of {@code report}. */
  public static SweepView of(SweepReport report) {
    return new SweepView(
        report.database(),
        report.outcome().word(),
        report.role().map(SweepReport.Role::word).orElse(null),
        report.startedAt(),
        report.duration().toMillis() / 1000.0,
        DatabaseView.counts(report.findings()),
        report.events().size(),
        report.problems());
  }
}
