package io.seqwarden.http;

import io.seqwarden.drift.Finding;
import io.seqwarden.drift.State;
import io.seqwarden.sweep.DatabaseWatch;
import io.seqwarden.sweep.SweepReport;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A watched database as JSON.
 *
 * @param name its name in the configuration
 * @param up whether it was reached last time
 * @param role primary or standby; null where it was not reached yet
 * @param mode observe or heal
 * @param lastSweep when the last sweep that reached it ended; null before the first
 * @param nextSweep when the next is due; null where none is
 * @param paused whether it is paused
 * @param pausedUntil when the pause ends by itself; null where it does not or there is none
 * @param counts how many sequences are in each state, every state present
 * @param outcome how the last sweep ended: ok, partial, failed or skipped; null before the first
 * @param problem why it is down; null where it is not
 * @param problems what went wrong or was left undone in the last sweep, a sentence each
 */
public record DatabaseView(
    String name,
    boolean up,
    @Nullable String role,
    String mode,
    @Nullable Instant lastSweep,
    @Nullable Instant nextSweep,
    boolean paused,
    @Nullable Instant pausedUntil,
    Map<String, Long> counts,
    @Nullable String outcome,
    @Nullable String problem,
    List<String> problems) {

  /** How a database stands in a running daemon. */
  public static DatabaseView of(
      String name,
      DatabaseWatch.Status status,
      Map<State, Long> counts,
      Optional<SweepReport> lastSweep) {
    return new DatabaseView(
        name,
        status.up(),
        status.role().map(SweepReport.Role::word).orElse(null),
        mode(status.observeOnly()),
        status.lastSweep().orElse(null),
        status.nextSweep().orElse(null),
        status.paused(),
        status.pausedUntil().orElse(null),
        words(counts),
        lastSweep.map(sweep -> sweep.outcome().word()).orElse(null),
        status.problem().orElse(null),
        lastSweep.map(SweepReport::problems).orElse(List.of()));
  }

  /** How a database stood in one sweep, as the command line reports it. */
  public static DatabaseView of(SweepReport report, boolean observeOnly) {
    boolean up = report.role().isPresent();
    return new DatabaseView(
        report.database(),
        up,
        report.role().map(SweepReport.Role::word).orElse(null),
        mode(observeOnly),
        up ? report.startedAt().plus(report.duration()) : null,
        null,
        false,
        null,
        counts(report.findings()),
        report.outcome().word(),
        up ? null : String.join(" ", report.problems()),
        report.problems());
  }

  private static String mode(boolean observeOnly) {
    return observeOnly ? "observe" : "heal";
  }

  /** How many findings are in each state, by the state's word, every state present. */
  static Map<String, Long> counts(List<Finding> findings) {
    Map<String, Long> counts = words(Map.of());
    for (Finding finding : findings) {
      counts.merge(finding.verdict().state().word(), 1L, Long::sum);
    }
    return counts;
  }

  private static Map<String, Long> words(Map<State, Long> counts) {
    Map<String, Long> words = new LinkedHashMap<>();
    Arrays.stream(State.values())
        .forEach(state -> words.put(state.word(), counts.getOrDefault(state, 0L)));
    return words;
  }
}
