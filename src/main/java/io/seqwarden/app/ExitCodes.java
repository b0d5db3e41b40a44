package io.seqwarden.app;

import io.seqwarden.catalog.Catalog;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.State;
import io.seqwarden.sweep.SweepReport;
import java.util.List;

/** What commands end with. */
final class ExitCodes {

  /** All in sync, or done. */
  static final int OK = 0;

  /** Some behind or refused, or some not done. */
  static final int SOME_NOT = 1;

  /** Not everything could be judged, or bad usage or configuration. */
  static final int UNJUDGED = 2;

  private ExitCodes() {}

  /** The contract's code for sweeps: 2 beats 1. */
  static int of(List<SweepReport> reports, List<Finding> findings) {
    boolean broken = !reports.stream().allMatch(ExitCodes::isWhole);
    if (broken || has(findings, State.UNREADABLE)) {
      return UNJUDGED;
    }
    return has(findings, State.BEHIND) || has(findings, State.REFUSED) ? SOME_NOT : OK;
  }

  /** Whether a sweep looked at everything that it was to look at. */
  static boolean isWhole(SweepReport report) {
    return report.outcome() != SweepReport.Outcome.FAILED
        && report.outcome() != SweepReport.Outcome.SKIPPED
        && report.problems().stream().noneMatch(Catalog::saysNotLookedAt);
  }

  private static boolean has(List<Finding> findings, State state) {
    return findings.stream().anyMatch(finding -> finding.verdict().state() == state);
  }
}
