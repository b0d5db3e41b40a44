package io.seqwarden.app;

import io.seqwarden.drift.Finding;
import io.seqwarden.http.DatabaseView;
import io.seqwarden.http.EventView;
import io.seqwarden.http.FindingView;
import io.seqwarden.http.Json;
import io.seqwarden.http.ReportView;
import io.seqwarden.sweep.SweepReport;
import java.util.List;
import java.util.function.Predicate;

/** What the reports of several databases have in common. */
final class Reports {

  private Reports() {}

  /** The findings of all. */
  static List<Finding> findings(List<SweepReport> reports) {
    return reports.stream().flatMap(report -> report.findings().stream()).toList();
  }

  /**
   * The objects that the HTTP API answers, worst findings first.
   *
   * @param observeOnly whether the database of that name was only looked at
   */
  static String json(List<SweepReport> reports, Predicate<String> observeOnly) {
    return Json.pretty(
        new ReportView(
            reports.stream()
                .map(report -> DatabaseView.of(report, observeOnly.test(report.database())))
                .toList(),
            findings(reports).stream().sorted(Table.WORST_FIRST).map(FindingView::of).toList(),
            reports.stream()
                .flatMap(report -> report.events().stream())
                .map(EventView::of)
                .toList()));
  }
}
