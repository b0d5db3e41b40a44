package io.seqwarden.sweep;

import io.seqwarden.drift.Event;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The one object that others know a database by, while a changed configuration puts another {@link
 * SweptDatabase} behind it. Requests that come during the change wait for its end, and those that
 * the old one turned away because it ended are asked of the new one: none is lost. Thread-safe.
 */
final class SwitchedDatabase implements DatabaseWatch {

  /** Written by whoever changes the configuration, one at a time. */
  private volatile SweptDatabase current;

  /** Whom to ask; not complete while a change is under way. */
  private volatile CompletableFuture<SweptDatabase> turn;

  SwitchedDatabase(SweptDatabase first) {
    this.current = first;
    this.turn = CompletableFuture.completedFuture(first);
  }

  /** The one behind it now. */
  SweptDatabase current() {
    return current;
  }

  /** Lets requests wait until {@link #switchTo}. To be called before the old one is closed. */
  void hold() {
    turn = new CompletableFuture<>();
  }

  /** Puts another one behind it, and asks that what has waited. */
  void switchTo(SweptDatabase next) {
    current = next;
    CompletableFuture<SweptDatabase> awaited = turn;
    if (!awaited.complete(next)) {
      turn = CompletableFuture.completedFuture(next);
    }
  }

  @Override
  public String name() {
    return current.name();
  }

  @Override
  public Status status() {
    return current.status();
  }

  @Override
  public Optional<Duration> interval() {
    return current.interval();
  }

  @Override
  public CompletionStage<SweepReport> sweep(Event.Source source) {
    return ask(
        swept -> swept.sweep(source), report -> report.outcome() == SweepReport.Outcome.SKIPPED);
  }

  @Override
  public CompletionStage<SyncResult> syncSequence(
      String sequence, boolean force, Event.Source source) {
    return ask(
        swept -> swept.syncSequence(sequence, force, source), SyncResult.NotNow.class::isInstance);
  }

  @Override
  public CompletionStage<SyncResult> syncTable(String table, boolean force, Event.Source source) {
    return ask(swept -> swept.syncTable(table, force, source), SyncResult.NotNow.class::isInstance);
  }

  @Override
  public void pause(Optional<Duration> length) {
    current.pause(length);
  }

  @Override
  public void resume() {
    current.resume();
  }

  /**
   * Asks the one whose turn it is.
   *
   * @param turnedAway whether an answer says that nothing was done
   */
  private <T> CompletionStage<T> ask(
      Function<SweptDatabase, CompletionStage<T>> question, Predicate<T> turnedAway) {
    CompletableFuture<SweptDatabase> asked = turn;
    return asked.thenCompose(
        swept ->
            question
                .apply(swept)
                .handle(
                    (answer, failure) -> {
                      boolean notDone =
                          failure == null ? turnedAway.test(answer) : isRejected(failure);
                      if (notDone && asked != turn) {
                        return ask(question, turnedAway);
                      }
                      return failure == null
                          ? CompletableFuture.completedFuture(answer)
                          : CompletableFuture.<T>failedFuture(failure);
                    })
                .thenCompose(answer -> answer));
  }

  private static boolean isRejected(Throwable failure) {
    return failure instanceof RejectedExecutionException
        || (failure instanceof CompletionException
            && failure.getCause() instanceof RejectedExecutionException);
  }
}
