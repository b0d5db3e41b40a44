package io.seqwarden.http;

import java.util.List;

/**
 * What the commands {@code check} and {@code sync} print as JSON, flat however many databases there
 * are.
 *
 * @param databases one a database
 * @param findings one a sequence
 * @param events what the sweep moved or refused
 */
public record ReportView(
    List<DatabaseView> databases, List<FindingView> findings, List<EventView> events) {

  public ReportView {
    databases = List.copyOf(databases);
    findings = List.copyOf(findings);
    events = List.copyOf(events);
  }
}
