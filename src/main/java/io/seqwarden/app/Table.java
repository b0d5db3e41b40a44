package io.seqwarden.app;

import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Reason;
import io.seqwarden.drift.State;
import io.seqwarden.drift.Warning;
import io.seqwarden.sweep.SweepReport;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Findings as an aligned table for people, worst first. */
final class Table {

  private static final List<String> HEADER =
      List.of("STATE", "DATABASE", "SEQUENCE", "FEEDS", "NEXT", "MARK", "GAP", "USED", "WARNINGS");

  private Table() {}

  /** Worst first: by state, then gap, then name. */
  static final Comparator<Finding> WORST_FIRST =
      Comparator.<Finding, State>comparing(finding -> finding.verdict().state())
          .reversed()
          .thenComparing(finding -> finding.verdict().warnings().isEmpty())
          .thenComparing(finding -> -finding.verdict().gap())
          .thenComparing(Finding::database)
          .thenComparing(finding -> finding.sequence().name());

  /** The lines of the table, reasons and problems beneath, counts last. */
  static List<String> lines(List<SweepReport> reports, List<Finding> findings) {
    List<Finding> sorted = findings.stream().sorted(WORST_FIRST).toList();
    List<String> lines = new ArrayList<>();
    if (!sorted.isEmpty()) {
      lines.addAll(aligned(sorted));
    }
    List<String> reasons =
        sorted.stream()
            .flatMap(finding -> finding.verdict().reason().stream())
            .map(Reason::message)
            .distinct()
            .toList();
    if (!reasons.isEmpty()) {
      lines.add("");
      reasons.forEach(reason -> lines.add("- " + oneLine(reason)));
    }
    reports.forEach(
        report -> report.problems().forEach(problem -> lines.add("! " + oneLine(problem))));
    if (!lines.isEmpty()) {
      lines.add("");
    }
    lines.add(counts(findings));
    return lines;
  }

  private static List<String> aligned(List<Finding> findings) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADER);
    findings.forEach(finding -> rows.add(cells(finding)));
    int[] widths = new int[HEADER.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      boolean number = i >= 4 && i <= 7;
      String padding = " ".repeat(widths[i] - row.get(i).length());
      line.append(number ? padding + row.get(i) : row.get(i) + padding).append("  ");
    }
    return line.toString().stripTrailing();
  }

  private static List<String> cells(Finding finding) {
    return List.of(
        finding.verdict().state().word(),
        finding.database(),
        oneLine(finding.sequence().name().quoted()),
        finding.sequence().columns().stream()
            .map(column -> oneLine(column.table().quoted() + "." + column.quotedName()))
            .collect(Collectors.joining(", ")),
        finding.verdict().nextValue().isPresent()
            ? Long.toString(finding.verdict().nextValue().getAsLong())
            : "-",
        finding.verdict().mark().map(BigInteger::toString).orElse("-"),
        Long.toString(finding.verdict().gap()),
        Double.isNaN(finding.verdict().usedRatio())
            ? "-"
            : String.format(Locale.ROOT, "%.1f%%", 100 * finding.verdict().usedRatio()),
        finding.verdict().warnings().stream().map(Warning::word).collect(Collectors.joining(" ")));
  }

  /** Names may hold line breaks and worse; a terminal gets none of it. */
  private static String oneLine(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }

  private static String counts(List<Finding> findings) {
    StringBuilder counts = new StringBuilder();
    counts.append(findings.size()).append(findings.size() == 1 ? " sequence" : " sequences");
    for (State state : State.values()) {
      long count = findings.stream().filter(f -> f.verdict().state() == state).count();
      if (count > 0 || state == State.IN_SYNC) {
        counts.append(", ").append(count).append(' ').append(state.word());
      }
    }
    return counts.toString();
  }
}
