package io.seqwarden.sweep;

import io.seqwarden.catalog.Watched;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Observation;
import io.seqwarden.drift.Position;
import io.seqwarden.drift.Reason;
import io.seqwarden.drift.Verdict;
import io.seqwarden.sweep.DatabaseWatch.SyncResult;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Syncs of single sequences and tables of one database, shared by callers. Thread-safe. */
final class SequenceSyncs {

  /** How many callers may wait; the contract's bound. */
  static final int MAX_WAITING = 2_000;

  /** Names that were asked for and are kept for sharing; forgotten when more come. */
  private static final int MAX_SUBJECTS = 10_000;

  private final Stages stages;
  private final Healer healer;
  private final SweepListener listener;
  private final Executor executor;
  private final SweptDatabase owner;
  private final LastKnown lastKnown;
  private final Map<Subject, Shared<SyncResult>> shared = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * What is asked for.
   *
   * @param name a quoted name with its schema
   * @param table whether it names a table
   */
  record Subject(String name, boolean table, boolean force, Event.Source source) {}

  SequenceSyncs(
      Stages stages,
      Healer healer,
      SweepListener listener,
      Executor executor,
      SweptDatabase owner,
      LastKnown lastKnown) {
    this.stages = stages;
    this.healer = healer;
    this.listener = listener;
    this.executor = executor;
    this.owner = owner;
    this.lastKnown = lastKnown;
  }

  CompletionStage<SyncResult> request(Subject subject) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      return CompletableFuture.completedFuture(
          new SyncResult.TooMany(
              "%d calls wait for a sync of %s already, the most that may: call again later"
                  .formatted(MAX_WAITING, owner.name())));
    }
    if (shared.size() > MAX_SUBJECTS) {
      shared.values().removeIf(Shared::isIdle);
    }
    return shared
        .computeIfAbsent(subject, key -> new Shared<>(() -> sync(key), executor))
        .request()
        .handle(
            (result, failure) -> {
              waiting.decrementAndGet();
              if (failure instanceof RejectedExecutionException) {
                return new SyncResult.NotNow(owner.notNow().orElse("seqwarden is shutting down"));
              }
              if (failure != null) {
                throw new IllegalStateException(
                    "A sync of " + subject.name() + " broke off", failure);
              }
              return result;
            });
  }

  private SyncResult sync(Subject subject) {
    if (owner.notNow().isPresent()) {
      return new SyncResult.NotNow(owner.notNow().get());
    }
    try {
      Known known = lastKnown.known();
      Optional<Map<Watched, SyncResult.Judged>> results = sync(subject, known, Map.of());
      if (results.filter(SequenceSyncs::isOutdated).isPresent()) {
        Known renewed = lastKnown.renewed();
        if (renewed != known) {
          results = sync(subject, renewed, results.get());
        }
      }
      if (results.isEmpty()) {
        return new SyncResult.NotNow(owner.notNow().orElse(owner.name() + " was paused"));
      }
      Optional<SyncResult.Judged> worst =
          results.get().values().stream()
              .max(Comparator.comparing(result -> result.finding().verdict().state()));
      return worst.isPresent() ? worst.get() : new SyncResult.Unknown(unknown(subject));
    } catch (SQLException failure) {
      return new SyncResult.Unreachable(owner.unreachable(failure));
    }
  }

  /** Whether what was asked for may have been made, or made anew, since discovery: by a restore. */
  private static boolean isOutdated(Map<Watched, SyncResult.Judged> results) {
    return results.isEmpty() || results.values().stream().anyMatch(SequenceSyncs::isGone);
  }

  private static boolean isGone(SyncResult.Judged result) {
    return result
        .finding()
        .verdict()
        .reason()
        .filter(reason -> reason.code() == Reason.Code.GONE)
        .isPresent();
  }

  /**
   * Syncs what {@code subject} names.
   *
   * @param done what was synced a moment ago, and is not again where it was not gone
   * @return nothing where the database was paused or closed before the end
   */
  private Optional<Map<Watched, SyncResult.Judged>> sync(
      Subject subject, Known known, Map<Watched, SyncResult.Judged> done) throws SQLException {
    Map<Watched, SyncResult.Judged> results = new LinkedHashMap<>();
    for (Watched watched : named(subject, known)) {
      SyncResult.Judged before = done.get(watched);
      if (before != null && !isGone(before)) {
        results.put(watched, before);
      } else if (owner.notNow().isPresent()) {
        // Discovering took its time.
        return Optional.empty();
      } else {
        results.put(watched, sync(watched, subject, known));
      }
    }
    return Optional.of(results);
  }

  private SyncResult.Judged sync(Watched watched, Subject subject, Known known)
      throws SQLException {
    Observation observation = stages.observer().observe(stages.database(), watched);
    OptionalLong before = lastValue(observation);
    List<Event> events = new ArrayList<>();
    Verdict verdict;
    try {
      verdict = healed(watched, observation, subject, known, events);
    } catch (SQLException failure) {
      listener.recorded(owner.name(), events);
      throw failure;
    }
    Finding finding = Pass.finding(stages.settings(), watched, verdict, known.installed());
    listener.synced(finding, events);
    OptionalLong after =
        finding.verdict().position().map(Position::lastValue).map(OptionalLong::of).orElse(before);
    return new SyncResult.Judged(before, after, finding.verdict().mark(), finding);
  }

  private Verdict healed(
      Watched watched, Observation observation, Subject subject, Known known, List<Event> events)
      throws SQLException {
    if (!stages.heals() || known.catalog().server().standby()) {
      return stages
          .judge()
          .judge(watched.sequence(), observation, watched.policy(), subject.force());
    }
    boolean inDatabase = known.installed().hasEvent();
    return healer
        .heal(watched, observation, subject.force(), inDatabase, subject.source(), events::add)
        .verdict();
  }

  private static OptionalLong lastValue(Observation observation) {
    return observation
        .position()
        .map(Position::lastValue)
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  private static List<Watched> named(Subject subject, Known known) {
    return subject.table()
        ? known.index().feeding(subject.name())
        : known.index().sequence(subject.name());
  }

  private String unknown(Subject subject) {
    return subject.table()
        ? "No watched sequence feeds a table %s in %s: check the name, include and exclude, and the privileges; see GET /api/v1/sequences"
            .formatted(subject.name(), owner.name())
        : "No watched sequence is named %s in %s: check the name, include and exclude, and that it feeds a column; see GET /api/v1/sequences"
            .formatted(subject.name(), owner.name());
  }
}
