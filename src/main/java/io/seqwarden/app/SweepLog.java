package io.seqwarden.app;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.ObjectName;
import io.seqwarden.drift.Reason;
import io.seqwarden.drift.State;
import io.seqwarden.sweep.SweepListener;
import io.seqwarden.sweep.SweepReport;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One log line for each thing that an operator would act on, when it changes and not at every
 * sweep. Thread-safe.
 */
final class SweepLog implements SweepListener {

  private static final Logger LOG = LoggerFactory.getLogger("seqwarden");

  /**
   * States by database, of the sequences that its last sweep found or that came since. Guarded by
   * this.
   */
  private final Map<String, Map<ObjectName, State>> states = new HashMap<>();

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
    forgetGone(report);
    Set<String> before = problems.getOrDefault(report.database(), Set.of());
    report.problems().stream()
        .filter(problem -> !before.contains(subject(problem)))
        .forEach(
            problem ->
                about(LOG.atWarn(), report.database(), Map.of())
                    .log("{}: {}", report.database(), problem));
    Set<String> now = new HashSet<>();
    report.problems().forEach(problem -> now.add(subject(problem)));
    problems.put(report.database(), now);
  }

  private void forgetGone(SweepReport report) {
    Map<ObjectName, State> known = states.getOrDefault(report.database(), Map.of());
    if (known.size() > report.findings().size()) {
      Set<ObjectName> found = new HashSet<>();
      report.findings().forEach(finding -> found.add(finding.sequence().name()));
      known.keySet().retainAll(found);
    }
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
    // They come newest first, as the API tells them; a log is read the other way.
    events.stream().sorted(Comparator.comparing(Event::at)).forEach(SweepLog::log);
  }

  /** A database is no longer watched. */
  synchronized void forget(String database) {
    states.remove(database);
    problems.remove(database);
  }

  private void log(Finding finding) {
    State state = finding.verdict().state();
    State before =
        states
            .computeIfAbsent(finding.database(), name -> new HashMap<>())
            .put(finding.sequence().name(), state);
    if (state == Objects.requireNonNullElse(before, State.IN_SYNC)) {
      return;
    }
    boolean inSync = state == State.IN_SYNC;
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("sequence", finding.sequence().name().quoted());
    fields.put("state", state.word());
    fields.put("gap", finding.verdict().gap());
    finding.verdict().reason().ifPresent(reason -> fields.put("reason", reason.code().word()));
    LoggingEventBuilder line =
        about(LOG.atLevel(inSync ? Level.INFO : Level.WARN), finding.database(), fields);
    if (inSync) {
      line.log("{}: {} is in sync again", finding.database(), finding.sequence().name());
      return;
    }
    line.log(
        "{}: {} is {}: {}",
        finding.database(),
        finding.sequence().name(),
        state.word(),
        finding.verdict().reason().map(Reason::message).orElse(""));
  }

  /** A line with fields of its own where the log is JSON. */
  private static LoggingEventBuilder about(
      LoggingEventBuilder line, String database, Map<String, Object> fields) {
    LoggingEventBuilder about = line.addKeyValue("database", database);
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      about = about.addKeyValue(field.getKey(), field.getValue());
    }
    return about;
  }

  /** By the names of the API's events. */
  private static void log(Event event) {
    boolean refused = event.refusal().isPresent();
    if (refused && event.refusal().get() != Reason.Code.OUTLIER && isOurs(event)) {
      // The sequence's state tells it, with the whole reason.
      return;
    }
    LoggingEventBuilder line =
        about(LOG.atLevel(refused ? Level.WARN : Level.INFO), event.database(), fields(event));
    if (refused) {
      line.log(
          "{}: {} was not advanced to {} by {}: {}",
          event.database(),
          event.sequence(),
          event.mark().map(Object::toString).orElse("?"),
          event.source().word(),
          event.refusal().get().word());
    } else {
      line.log(
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

  private static Map<String, Object> fields(Event event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("sequence", event.sequence());
    fields.put("source", event.source().word());
    event.before().ifPresent(before -> fields.put("before", before));
    event.after().ifPresent(after -> fields.put("after", after));
    event.mark().ifPresent(mark -> fields.put("highWater", mark));
    event.refusal().ifPresent(reason -> fields.put("reason", reason.word()));
    fields.put("sessionUser", event.sessionUser());
    fields.put("role", event.role());
    fields.put("applicationName", event.applicationName());
    event.clientAddr().ifPresent(address -> fields.put("clientAddr", address));
    return fields;
  }

  private static boolean isOurs(Event event) {
    return event.source() == Event.Source.SWEEP || event.source() == Event.Source.HTTP;
  }
}
