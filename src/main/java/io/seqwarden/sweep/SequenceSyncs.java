package io.seqwarden.sweep;

import io.seqwarden.catalog.Catalog;
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
import org.jspecify.annotations.Nullable;

/** Syncs of single sequences and tables of one database, shared by callers. Thread-safe. */
final class SequenceSyncs {

  /** How many callers may wait; the contract's bound. */
  static final int MAX_WAITING = 2_000;

  /** Names that were asked for and are kept for sharing; forgotten when more come. */
  private static final int MAX_SUBJECTS = 10_000;

  private static final Comparator<SyncResult.Judged> WORST_LAST =
      Comparator.<SyncResult.Judged, Boolean>comparing(SequenceSyncs::isOutdated)
          .thenComparing(result -> result.finding().verdict().state());

  private final Stages stages;
  private final Healer healer;
  private final SweepListener listener;
  private final Executor executor;
  private final SweptDatabase owner;
  private final Map<Subject, Shared<SyncResult>> shared = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /** Of the catalog that was last asked for. */
  private volatile @Nullable CatalogIndex index;

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
      SweptDatabase owner) {
    this.stages = stages;
    this.healer = healer;
    this.listener = listener;
    this.executor = executor;
    this.owner = owner;
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
      SyncResult result = sync(subject, owner.known(false));
      return isOutdated(result) ? sync(subject, owner.known(true)) : result;
    } catch (SQLException failure) {
      return new SyncResult.Unreachable(owner.unreachable(failure));
    }
  }

  /** Whether what was asked for may have been made, or made anew, since discovery. */
  private static boolean isOutdated(SyncResult result) {
    return result instanceof SyncResult.Unknown
        || (result instanceof SyncResult.Judged judged
            && judged
                .finding()
                .verdict()
                .reason()
                .filter(reason -> reason.code() == Reason.Code.GONE)
                .isPresent());
  }

  private SyncResult sync(Subject subject, SweptDatabase.Known known) throws SQLException {
    List<SyncResult.Judged> results = new ArrayList<>();
    for (Watched watched : named(subject, known.catalog())) {
      // Discovering took its time.
      if (owner.notNow().isPresent()) {
        return new SyncResult.NotNow(owner.notNow().get());
      }
      results.add(sync(watched, subject, known));
    }
    Optional<SyncResult.Judged> worst = results.stream().max(WORST_LAST);
    return worst.isPresent() ? worst.get() : new SyncResult.Unknown(unknown(subject));
  }

  private SyncResult.Judged sync(Watched watched, Subject subject, SweptDatabase.Known known)
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
      Watched watched,
      Observation observation,
      Subject subject,
      SweptDatabase.Known known,
      List<Event> events)
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

  private List<Watched> named(Subject subject, Catalog catalog) {
    CatalogIndex by = index;
    if (by == null || !by.isOf(catalog)) {
      by = new CatalogIndex(catalog);
      index = by;
    }
    return subject.table() ? by.feeding(subject.name()) : by.sequence(subject.name());
  }

  private String unknown(Subject subject) {
    return subject.table()
        ? "No watched sequence feeds a table %s in %s: check the name, include and exclude, and the privileges; see GET /api/v1/sequences"
            .formatted(subject.name(), owner.name())
        : "No watched sequence is named %s in %s: check the name, include and exclude, and that it feeds a column; see GET /api/v1/sequences"
            .formatted(subject.name(), owner.name());
  }
}
