package io.seqwarden.app;

import io.seqwarden.catalog.Catalog;
import io.seqwarden.catalog.Discovery;
import io.seqwarden.catalog.Watched;
import io.seqwarden.config.Configuration;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.State;
import io.seqwarden.postgres.Databases;
import io.seqwarden.postgres.SqlState;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseWatch;
import io.seqwarden.sweep.DatabaseWatch.SyncResult;
import io.seqwarden.sweep.SweepReport;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** {@code sync} of tables and sequences that were named: each alone, and nothing besides. */
final class NamedSync {

  private final Configuration configuration;
  private final List<DatabaseSettings> settings;
  private final boolean force;
  private final Clock clock = Clock.systemUTC();

  NamedSync(Configuration configuration, List<DatabaseSettings> settings, boolean force) {
    this.configuration = configuration;
    this.settings = settings;
    this.force = force;
  }

  /**
   * Syncs them.
   *
   * @return a report for each database that has one of them, or that was not reached
   * @throws CommandFailedException where a name means none or several
   */
  List<SweepReport> run(List<String> names) {
    Instant started = clock.instant();
    Map<String, Catalog> catalogs = new LinkedHashMap<>();
    List<SweepReport> reports = new ArrayList<>();
    discover(catalogs, reports, started);
    if (catalogs.isEmpty()) {
      return reports;
    }
    Map<String, List<Watched>> watched = new LinkedHashMap<>();
    catalogs.forEach((database, catalog) -> watched.put(database, catalog.sequences()));
    Map<String, Set<String>> wanted = sequences(resolve(names, watched, reports), watched);
    try (OneShot databases = new OneShot(configuration, settings)) {
      for (DatabaseWatch watch : databases.databases()) {
        Set<String> sequences = wanted.getOrDefault(watch.name(), Set.of());
        Catalog catalog = catalogs.get(watch.name());
        if (catalog != null && !sequences.isEmpty()) {
          reports.add(sync(databases, watch, sequences, catalog, started));
        }
      }
    }
    return reports;
  }

  /** A name that is unknown may belong to a database that was not reached. */
  private static List<Names.Found> resolve(
      List<String> names, Map<String, List<Watched>> watched, List<SweepReport> unreached) {
    try {
      return new Names(watched).resolve(names);
    } catch (CommandFailedException failure) {
      List<String> problems = new ArrayList<>();
      unreached.forEach(report -> problems.addAll(report.problems()));
      problems.addAll(failure.problems());
      throw new CommandFailedException(problems, failure.exitCode());
    }
  }

  private void discover(Map<String, Catalog> catalogs, List<SweepReport> reports, Instant started) {
    try (Databases databases = new Databases(configuration.connectionsTotal())) {
      for (DatabaseSettings one : settings) {
        try {
          catalogs.put(
              one.name(), new Discovery(one.catalog()).discover(databases.open(one.connection())));
        } catch (SQLException failure) {
          String problem =
              "%s cannot be reached: %s (%s)"
                  .formatted(one.name(), SqlState.said(failure), failure.getSQLState());
          reports.add(
              report(
                  one.name(), started, Optional.empty(), List.of(), List.of(), List.of(problem)));
        }
      }
    }
  }

  /** By database the sequences that are meant, or that feed the tables that are. */
  private static Map<String, Set<String>> sequences(
      List<Names.Found> found, Map<String, List<Watched>> watched) {
    Map<String, Set<String>> sequences = new LinkedHashMap<>();
    for (Names.Found object : found) {
      for (Watched entry : watched.getOrDefault(object.database(), List.of())) {
        if (object.table() ? feeds(entry, object) : entry.sequence().name().equals(object.name())) {
          sequences
              .computeIfAbsent(object.database(), database -> new TreeSet<>())
              .add(entry.sequence().name().quoted());
        }
      }
    }
    return sequences;
  }

  private static boolean feeds(Watched entry, Names.Found table) {
    return entry.sequence().columns().stream()
        .anyMatch(
            column ->
                column.table().equals(table.name())
                    || column.members().stream()
                        .map(FedColumn.Member::table)
                        .anyMatch(table.name()::equals));
  }

  private SweepReport sync(
      OneShot databases,
      DatabaseWatch watch,
      Set<String> sequences,
      Catalog catalog,
      Instant started) {
    List<Finding> findings = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (String sequence : sequences) {
      SyncResult result =
          watch.syncSequence(sequence, force, Event.Source.CLI).toCompletableFuture().join();
      if (result instanceof SyncResult.Judged judged) {
        findings.add(judged.finding());
      } else {
        problems.add(message(result));
      }
    }
    List<Event> events =
        databases.events().stream().filter(event -> event.database().equals(watch.name())).toList();
    SweepReport.Role role =
        catalog.server().standby() ? SweepReport.Role.STANDBY : SweepReport.Role.PRIMARY;
    return report(watch.name(), started, Optional.of(role), findings, events, problems);
  }

  private static String message(SyncResult result) {
    if (result instanceof SyncResult.Unknown unknown) {
      return unknown.message();
    }
    if (result instanceof SyncResult.Unreachable unreachable) {
      return unreachable.message();
    }
    if (result instanceof SyncResult.NotNow notNow) {
      return notNow.message();
    }
    return ((SyncResult.TooMany) result).message();
  }

  private SweepReport report(
      String database,
      Instant started,
      Optional<SweepReport.Role> role,
      List<Finding> findings,
      List<Event> events,
      List<String> problems) {
    boolean unreadable =
        findings.stream().anyMatch(finding -> finding.verdict().state() == State.UNREADABLE);
    SweepReport.Outcome outcome =
        problems.isEmpty()
            ? (unreadable ? SweepReport.Outcome.PARTIAL : SweepReport.Outcome.OK)
            : SweepReport.Outcome.FAILED;
    return new SweepReport(
        database,
        started,
        Duration.between(started, clock.instant()),
        outcome,
        role,
        findings,
        events,
        problems);
  }
}
