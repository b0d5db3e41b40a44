package io.seqwarden.app;

import io.seqwarden.drift.Finding;
import io.seqwarden.drift.State;
import io.seqwarden.sweep.SweepReport;
import java.util.List;
import java.util.Locale;

/** Findings as one line of a monitoring plugin, with its exit code. */
final class Nagios {

  private static final int OK = 0;
  private static final int WARNING = 1;
  private static final int CRITICAL = 2;

  /** The check could not be made. */
  static final int UNKNOWN = 3;

  private final List<SweepReport> reports;
  private final List<Finding> findings;

  Nagios(List<SweepReport> reports, List<Finding> findings) {
    this.reports = reports;
    this.findings = findings;
  }

  /** 2 beats 3: a collision that is certain is worse than one that may be. */
  int exitCode() {
    if (count(State.BEHIND) + count(State.REFUSED) > 0) {
      return CRITICAL;
    }
    if (ExitCodes.of(reports, findings) == ExitCodes.UNJUDGED) {
      return UNKNOWN;
    }
    boolean warned = findings.stream().anyMatch(f -> !f.verdict().warnings().isEmpty());
    return warned ? WARNING : OK;
  }

  /** The line for a check that could not be made. */
  static String unknown(List<String> problems) {
    return "SEQWARDEN UNKNOWN - " + clean(String.join("; ", problems));
  }

  String line() {
    String word =
        switch (exitCode()) {
          case OK -> "OK";
          case WARNING -> "WARNING";
          case CRITICAL -> "CRITICAL";
          default -> "UNKNOWN";
        };
    double used =
        findings.stream()
            .mapToDouble(finding -> finding.verdict().usedRatio())
            .filter(ratio -> !Double.isNaN(ratio))
            .max()
            .orElse(0);
    long gap = findings.stream().mapToLong(f -> f.verdict().gap()).max().orElse(0);
    return String.format(
        Locale.ROOT,
        "SEQWARDEN %s - %s | behind=%d;;0 refused=%d;;0 unreadable=%d in_sync=%d max_gap=%d max_used=%.4f;;;0;1",
        word,
        said(),
        count(State.BEHIND),
        count(State.REFUSED),
        count(State.UNREADABLE),
        count(State.IN_SYNC),
        gap,
        used);
  }

  private String said() {
    for (SweepReport report : reports) {
      if (!ExitCodes.isWhole(report) && !report.problems().isEmpty()) {
        return clean(report.problems().get(0));
      }
    }
    return findings.stream()
        .sorted(Table.WORST_FIRST)
        .filter(finding -> finding.verdict().reason().isPresent())
        .findFirst()
        .map(finding -> clean(finding.verdict().reason().get().message()))
        .orElse(
            "%d sequences, %d with warnings"
                .formatted(
                    findings.size(),
                    findings.stream().filter(f -> !f.verdict().warnings().isEmpty()).count()));
  }

  /** The bar begins the performance data, and a line break the next line. */
  private static String clean(String text) {
    return text.replace('|', '/').replaceAll("\\p{Cntrl}", " ");
  }

  private long count(State state) {
    return findings.stream().filter(finding -> finding.verdict().state() == state).count();
  }
}
