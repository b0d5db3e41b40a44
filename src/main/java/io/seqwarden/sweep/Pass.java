package io.seqwarden.sweep;

import io.seqwarden.catalog.Catalog;
import io.seqwarden.catalog.Depth;
import io.seqwarden.catalog.ObservationProgress;
import io.seqwarden.catalog.Watched;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Observation;
import io.seqwarden.drift.State;
import io.seqwarden.drift.Verdict;
import io.seqwarden.drift.Warning;
import io.seqwarden.postgres.SqlState;
import io.seqwarden.repair.Installation;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One pass over one database: discover, observe, judge, repair, guard. One thread at a time runs
 * it.
 */
final class Pass {

  private static final Duration PRUNE_EVERY = Duration.ofMinutes(10);

  private final Stages stages;
  private final Healer healer;
  private final Judging judging;
  private Instant nextPrune = Instant.MIN;
  private Instant nextFull = Instant.MIN;

  /** What is installed where nothing was left to be done, as of the last pass; else null. */
  private @Nullable Settled settled;

  private record Settled(String version, Installation.Status installed) {}

  Pass(Stages stages, Healer healer) {
    this.stages = stages;
    this.healer = healer;
    this.judging = new Judging(stages, healer);
  }

  /**
   * What a pass leaves behind.
   *
   * @param catalog what it discovered, for syncs between sweeps
   * @param installed what it found installed
   * @param report what it found and did
   * @param recorded events that guards and SQL functions left in the database since the last pass
   */
  record Result(
      Catalog catalog, Installation.Status installed, SweepReport report, List<Event> recorded) {}

  /**
   * Runs the pass.
   *
   * @param cancelled asked between steps; true leaves the rest undone and the outcome partial
   * @param events gets what was moved or refused, also where the pass then fails
   * @throws SQLException if the database is not reached, or the connection is lost
   */
  Result run(
      Event.Source source,
      BooleanSupplier cancelled,
      ObservationProgress progress,
      List<Event> events)
      throws SQLException {
    Instant started = stages.clock().instant();
    Depth depth = depth(source, started);
    Catalog catalog = stages.revisits().discover(stages.database(), depth);
    List<String> problems = new ArrayList<>(catalog.problems());
    boolean writes = stages.heals() && !catalog.server().standby();

    List<Watched> watched = catalog.sequences();
    List<Observation> observations =
        stages.revisits().observe(stages.database(), cancelled, progress);
    Optional<Installation.Status> known = settled(catalog);
    Installation.Status installed =
        known.isPresent() ? known.get() : stages.installation().status(watched);

    List<Verdict> verdicts = new ArrayList<>();
    judging.begin();
    for (int i = 0; i < observations.size(); i++) {
      boolean heals = writes && !cancelled.getAsBoolean();
      Watched entry = watched.get(i);
      Observation observation = observations.get(i);
      Healer.Healed healed =
          heals
              ? judging.heal(entry, observation, installed.hasEvent(), source, events::add)
              : judging.judge(entry, observation);
      verdicts.add(healed.verdict());
      problems.addAll(healed.problems());
    }
    if (known.isEmpty()) {
      installed = guard(catalog, writes, installed, cancelled, problems);
    }
    List<Event> recorded = recorded(installed, writes, problems);
    List<Finding> findings = findings(watched, verdicts, installed);
    if (healer.known() > 0) {
      healer.keep(watched.stream().map(one -> one.sequence().oid()).collect(Collectors.toSet()));
    }
    boolean whole = observations.size() == watched.size() && !cancelled.getAsBoolean();
    if (whole && depth != Depth.STEADY) {
      nextFull = started.plus(stages.settings().fullEvery());
    }
    if (!whole) {
      problems.add(
          "The sweep of %s was broken off by a pause or the end of seqwarden; the next one does the rest"
              .formatted(stages.settings().name()));
    }
    SweepReport report =
        new SweepReport(
            stages.settings().name(),
            started,
            Duration.between(started, stages.clock().instant()),
            outcome(findings, problems, whole),
            Optional.of(
                catalog.server().standby() ? SweepReport.Role.STANDBY : SweepReport.Role.PRIMARY),
            findings,
            events,
            problems);
    return new Result(catalog, installed, report, recorded);
  }

  /** Whoever asks for a sweep wants to know; the schedule's rest on what is known in between. */
  private Depth depth(Event.Source source, Instant now) {
    return source == Event.Source.SWEEP && now.isBefore(nextFull) ? Depth.STEADY : Depth.FULL;
  }

  private Optional<Installation.Status> settled(Catalog catalog) {
    return Optional.ofNullable(settled)
        .filter(last -> last.version().equals(catalog.version()))
        .map(Settled::installed);
  }

  private Installation.Status guard(
      Catalog catalog,
      boolean writes,
      Installation.Status before,
      BooleanSupplier cancelled,
      List<String> problems)
      throws SQLException {
    settled = null;
    if (!writes || stages.settings().guard() != DatabaseSettings.GuardMode.ENSURE) {
      settled = new Settled(catalog.version(), before);
      return before;
    }
    List<Watched> watched = catalog.sequences();
    Installation.Outcome outcome = stages.installation().ensure(watched, true, cancelled);
    problems.addAll(outcome.problems());
    if (outcome.steps() > 0) {
      return stages.installation().status(watched);
    }
    if (outcome.problems().isEmpty() && !cancelled.getAsBoolean()) {
      settled = new Settled(catalog.version(), before);
    }
    return before;
  }

  private List<Event> recorded(
      Installation.Status installed, boolean writes, List<String> problems) {
    if (!installed.hasEvent()) {
      return List.of();
    }
    List<Event> events = new ArrayList<>();
    try {
      events.addAll(
          stages.eventTable().readNew(stages.database(), stages.settings().catalog().timeouts()));
      Instant now = stages.clock().instant();
      if (writes && !now.isBefore(nextPrune)) {
        stages.eventTable().prune(stages.database(), stages.settings().catalog().timeouts());
        nextPrune = now.plus(PRUNE_EVERY);
      }
    } catch (SQLException failure) {
      problems.add(
          "seqwarden.event could not be read or pruned, so what guards did may not be shown: %s (%s). %s"
              .formatted(
                  SqlState.said(failure),
                  failure.getSQLState(),
                  SqlState.isInsufficientPrivilege(failure)
                      ? "GRANT SELECT, DELETE ON seqwarden.event and USAGE ON SCHEMA seqwarden to the role of this connection"
                      : "The next sweep tries again"));
    }
    return events;
  }

  private List<Finding> findings(
      List<Watched> watched, List<Verdict> verdicts, Installation.Status installed) {
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < verdicts.size(); i++) {
      findings.add(finding(stages.settings(), watched.get(i), verdicts.get(i), installed));
    }
    return findings;
  }

  static Finding finding(
      DatabaseSettings settings, Watched watched, Verdict verdict, Installation.Status installed) {
    long oid = watched.sequence().oid();
    boolean guarded = installed.guarded().contains(oid);
    boolean missing =
        settings.guard() != DatabaseSettings.GuardMode.OFF
            && !guarded
            && installed.guardable().contains(oid);
    return new Finding(
        settings.name(),
        watched.sequence(),
        missing ? verdict.with(Warning.GUARD_MISSING) : verdict,
        guarded);
  }

  private static SweepReport.Outcome outcome(
      List<Finding> findings, List<String> problems, boolean whole) {
    if (!whole) {
      return SweepReport.Outcome.SKIPPED;
    }
    Set<State> states = new HashSet<>();
    findings.forEach(finding -> states.add(finding.verdict().state()));
    return problems.isEmpty() && !states.contains(State.UNREADABLE)
        ? SweepReport.Outcome.OK
        : SweepReport.Outcome.PARTIAL;
  }
}
