package io.seqwarden.http;

import io.javalin.http.Context;
import io.javalin.http.Header;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.State;
import io.seqwarden.drift.Verdict;
import io.seqwarden.sweep.DatabaseWatch;
import io.seqwarden.sweep.DatabaseWatch.SyncResult;
import io.seqwarden.sweep.SweepReport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API's POST routes. A request that waits for a database holds no thread. */
final class WriteRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(WriteRoutes.class);

  /** When to come back where nothing tells better. */
  private static final Duration RETRY_SOON = Duration.ofSeconds(1);

  private static final Duration RETRY_LATER = Duration.ofSeconds(10);

  private final Watched watched;
  private final ReadRoutes reads;
  private final Reload reload;
  private final Clock clock;
  private final ServerLimits limits;
  private final Executor executor;
  private final AtomicLong calls = new AtomicLong();
  private final Map<Long, CompletableFuture<?>> waiting = new ConcurrentHashMap<>();

  /**
   * Routes over the databases that {@code watched} knows.
   *
   * @param executor writes the answers, so that a slow client does not hold up a database's own
   *     thread
   */
  WriteRoutes(
      Watched watched,
      ReadRoutes reads,
      Reload reload,
      Clock clock,
      ServerLimits limits,
      Executor executor) {
    this.watched = watched;
    this.reads = reads;
    this.reload = reload;
    this.clock = clock;
    this.limits = limits;
    this.executor = executor;
  }

  void syncSequence(Context ctx) {
    sync(ctx, "sequence", DatabaseWatch::syncSequence);
  }

  void syncTable(Context ctx) {
    sync(ctx, "table", DatabaseWatch::syncTable);
  }

  @FunctionalInterface
  private interface Sync {
    CompletionStage<DatabaseWatch.SyncResult> of(
        DatabaseWatch watch, String name, boolean force, Event.Source source);
  }

  /** {@code kind} is what the path's last parameter names, and its name. */
  private void sync(Context ctx, String kind, Sync sync) {
    DatabaseWatch watch = watched.fromPath(ctx);
    String name = QualifiedName.parse(kind, ctx.pathParam(kind));
    boolean force = Query.of(ctx, "force").flag("force");
    answerLater(
        ctx,
        () -> sync.of(watch, name, force, Event.Source.HTTP),
        limits.syncWait(),
        result -> answer(ctx, watch, result));
  }

  void sweep(Context ctx) {
    DatabaseWatch watch = watched.fromPath(ctx);
    Query.of(ctx);
    answerLater(
        ctx,
        () -> watch.sweep(Event.Source.HTTP),
        limits.sweepWait(),
        report -> answer(ctx, watch, report));
  }

  void pause(Context ctx) {
    DatabaseWatch watch = watched.fromPath(ctx);
    Optional<Duration> length = Query.of(ctx, "for").length("for");
    watch.pause(length);
    LOG.atInfo()
        .addKeyValue("database", watch.name())
        .log(
            "{}: paused {} by {}. {}",
            watch.name(),
            length.map(l -> "for " + l).orElse("until it is resumed"),
            ctx.req().getRemoteAddr(),
            PausedView.NOTICE);
    Answers.json(ctx, new PausedView(reads.view(watch), PausedView.NOTICE));
  }

  void resume(Context ctx) {
    DatabaseWatch watch = watched.fromPath(ctx);
    Query.of(ctx);
    watch.resume();
    LOG.atInfo()
        .addKeyValue("database", watch.name())
        .log("{}: resumed by {}", watch.name(), ctx.req().getRemoteAddr());
    Answers.json(ctx, reads.view(watch));
  }

  void reload(Context ctx) {
    Query.of(ctx);
    String by = "POST /-/reload of " + ctx.req().getRemoteAddr();
    answerLater(ctx, () -> reload.request(by), limits.sweepWait(), outcome -> answer(ctx, outcome));
  }

  private static void answer(Context ctx, Reload.Outcome outcome) {
    if (outcome instanceof Reload.Outcome.Invalid invalid) {
      throw Problem.of(
              422,
              "The configuration is invalid, and nothing was changed: %d %s."
                  .formatted(
                      invalid.faults().size(),
                      invalid.faults().size() == 1 ? "problem" : "problems"))
          .with("problems", invalid.faults())
          .exception();
    }
    Answers.json(ctx, outcome);
  }

  /**
   * Tells all who still wait after {@code patience} that the server stops. To be called once no
   * more requests come in.
   */
  void stopWaiting(Duration patience) {
    CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS)
        .execute(
            () ->
                waiting.forEach(
                    (id, call) ->
                        call.completeExceptionally(
                            retry(
                                RETRY_LATER,
                                "seqwarden is stopping. Ask again once it is back."))));
  }

  private <T> void answerLater(
      Context ctx, Supplier<CompletionStage<T>> work, Duration wait, Consumer<T> answer) {
    ctx.future(
        () -> {
          // A stage of our own: others wait for theirs, and longer.
          CompletableFuture<T> call = work.get().thenApply(r -> r).toCompletableFuture();
          long id = calls.incrementAndGet();
          waiting.put(id, call);
          return call.orTimeout(wait.toMillis(), TimeUnit.MILLISECONDS)
              .whenComplete((result, failure) -> waiting.remove(id))
              .handleAsync(
                  (result, failure) -> {
                    if (failure != null) {
                      throw unfinished(failure, wait);
                    }
                    answer.accept(result);
                    return ctx;
                  },
                  executor);
        });
  }

  private static RuntimeException unfinished(Throwable failure, Duration wait) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof TimeoutException) {
      return retry(
          RETRY_LATER,
          "There was no result within %d s. The work goes on; ask again for how it ended."
              .formatted(wait.toSeconds()));
    }
    return new CompletionException(cause);
  }

  private void answer(Context ctx, DatabaseWatch watch, SyncResult result) {
    // Java 17 has no pattern switch.
    if (result instanceof SyncResult.Judged judged) {
      answer(ctx, watch, judged);
    } else if (result instanceof SyncResult.Unknown unknown) {
      throw Problem.of(404, unknown.message()).exception();
    } else if (result instanceof SyncResult.Unreachable unreachable) {
      throw retry(RETRY_LATER, unreachable.message());
    } else if (result instanceof SyncResult.NotNow notNow) {
      throw retry(untilResumed(watch), notNow.message());
    } else if (result instanceof SyncResult.TooMany tooMany) {
      throw Problem.of(429, tooMany.message())
          .withHeader(Header.RETRY_AFTER, seconds(RETRY_SOON))
          .exception();
    } else {
      throw new IllegalStateException("no answer for " + result.getClass());
    }
  }

  /** A refusal is an error only where healing was asked for: an observer only judges. */
  private static void answer(Context ctx, DatabaseWatch watch, SyncResult.Judged judged) {
    Verdict verdict = judged.finding().verdict();
    SyncView view = SyncView.of(judged);
    if (verdict.state() != State.REFUSED || watch.status().observeOnly()) {
      Answers.json(ctx, view);
      return;
    }
    ReasonView reason = view.reason();
    Problem problem =
        Problem.of(
            409,
            reason == null
                ? "%s was refused an advance.".formatted(judged.finding().sequence().name())
                : reason.message());
    throw withView(problem, view).exception();
  }

  private static Problem withView(Problem problem, SyncView view) {
    Problem result = problem.with("state", view.state());
    result = withNonNull(result, "reason", view.reason());
    result = withNonNull(result, "before", view.before());
    result = withNonNull(result, "after", view.after());
    return withNonNull(result, "highWater", view.highWater());
  }

  private static Problem withNonNull(Problem problem, String name, @Nullable Object value) {
    return value == null ? problem : problem.with(name, value);
  }

  private void answer(Context ctx, DatabaseWatch watch, SweepReport report) {
    switch (report.outcome()) {
      case OK, PARTIAL -> Answers.json(ctx, SweepView.of(report));
      case FAILED ->
          throw retry(RETRY_LATER, because("The sweep of " + watch.name() + " failed", report));
      case SKIPPED ->
          throw retry(
              untilResumed(watch), because("No sweep of " + watch.name() + " was done", report));
    }
  }

  private static String because(String what, SweepReport report) {
    return report.problems().isEmpty()
        ? what + "."
        : what + ": " + String.join(" ", report.problems());
  }

  /** How long a pause lasts still; a while where there is none or its end is open. */
  private Duration untilResumed(DatabaseWatch watch) {
    Instant now = clock.instant();
    return watch
        .status()
        .pausedUntil()
        .filter(now::isBefore)
        .map(until -> Duration.between(now, until).plusSeconds(1))
        .orElse(RETRY_LATER);
  }

  private static ProblemException retry(Duration after, String detail) {
    return Problem.of(503, detail).withHeader(Header.RETRY_AFTER, seconds(after)).exception();
  }

  private static String seconds(Duration duration) {
    return Long.toString(Math.max(1, duration.toSeconds()));
  }
}
