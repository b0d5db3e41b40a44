package io.seqwarden.app;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.State;
import io.seqwarden.sweep.SweepListener;
import io.seqwarden.sweep.SweepReport;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One log line for each thing that an operator would act on, when it changes and not at every
 * sweep. Thread-safe.
 */
final class SweepLog implements SweepListener {

  private static final Logger LOG = LoggerFactory.getLogger("seqwarden");

  /** States by database and sequence. Guarded by this. */
  private final Map<String, State> states = new HashMap<>();

  /** Problems of the last sweep, by database. Guarded by this. */
  private final Map<String, Set<String>> problems = new HashMap<>();

  @Override
  public synchronized void swept(SweepReport report) {
    report.events().forEach(SweepLog::log);
    if (report.outcome() == SweepReport.Outcome.FAILED
        || report.outcome() == SweepReport.Outcome.SKIPPED) {
      return;
    }
    report.findings().forEach(this::log);
    Set<String> before = problems.getOrDefault(report.database(), Set.of());
    report.problems().stream()
        .filter(problem -> !before.contains(subject(problem)))
        .forEach(problem -> LOG.warn("{}: {}", report.database(), problem));
    Set<String> now = new HashSet<>();
    report.problems().forEach(problem -> now.add(subject(problem)));
    problems.put(report.database(), now);
  }

  /** A problem without what changes at every try: how long until the next. */
  private static String subject(String problem) {
    return problem.replaceAll("\\d+ s\\b", "");
  }

  @Override
  public synchronized void synced(Finding finding, List<Event> events) {
    events.forEach(SweepLog::log);
    log(finding);
  }

  @Override
  public void recorded(String database, List<Event> events) {
    events.forEach(SweepLog::log);
  }

  /** A database is no longer watched. */
  synchronized void forget(String database) {
    states.keySet().removeIf(key -> key.startsWith(database + "\0"));
    problems.remove(database);
  }

  private void log(Finding finding) {
    State state = finding.verdict().state();
    State before = states.put(finding.database() + "\0" + finding.sequence().name(), state);
    if (state == Objects.requireNonNullElse(before, State.IN_SYNC)) {
      return;
    }
    String message = finding.verdict().reason().map(reason -> reason.message()).orElse("");
    if (state == State.IN_SYNC) {
      LOG.info("{}: {} is in sync again", finding.database(), finding.sequence().name());
    } else {
      LOG.warn(
          "{}: {} is {}: {}", finding.database(), finding.sequence().name(), state.word(), message);
    }
  }

  private static void log(Event event) {
    if (event.refusal().isPresent()) {
      LOG.warn(
          "{}: {} was not advanced to {} by {}: {}",
          event.database(),
          event.sequence(),
          event.mark().map(Object::toString).orElse("?"),
          event.source().word(),
          event.refusal().get().word());
    } else {
      LOG.info(
          "{}: {} was advanced from {} to {} by {} (session_user {}, application_name {})",
          event.database(),
          event.sequence(),
          event.before().isPresent() ? event.before().getAsLong() : "?",
          event.after().isPresent() ? event.after().getAsLong() : "?",
          event.source().word(),
          event.sessionUser(),
          event.applicationName());
    }
  }
}
