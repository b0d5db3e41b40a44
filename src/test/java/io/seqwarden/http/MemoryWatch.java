package io.seqwarden.http;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.sweep.DatabaseWatch;
import io.seqwarden.sweep.SweepReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A watch that answers what it is told to, and remembers what it was asked. */
final class MemoryWatch implements DatabaseWatch {

  static final Status UP =
      new Status(
          true,
          Optional.of(SweepReport.Role.PRIMARY),
          false,
          false,
          Optional.empty(),
          true,
          Optional.of(Samples.NOW.minusSeconds(12)),
          Optional.of(Samples.NOW.plusSeconds(18)),
          Optional.empty());

  static final Status NOT_TRIED =
      new Status(
          false,
          Optional.empty(),
          false,
          false,
          Optional.empty(),
          false,
          Optional.empty(),
          Optional.of(Samples.NOW),
          Optional.empty());

  static final Status DOWN =
      new Status(
          false,
          Optional.empty(),
          false,
          false,
          Optional.empty(),
          false,
          Optional.empty(),
          Optional.of(Samples.NOW.plusSeconds(30)),
          Optional.of("Connection to 192.0.2.1:5432 refused."));

  static final Status FIRST_SWEEP_RUNS =
      new Status(
          true,
          Optional.of(SweepReport.Role.PRIMARY),
          false,
          false,
          Optional.empty(),
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  static final Status PAUSED_BEFORE_THE_FIRST_SWEEP =
      new Status(
          false,
          Optional.empty(),
          false,
          true,
          Optional.empty(),
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  static Status observing() {
    return new Status(
        true,
        UP.role(),
        true,
        false,
        Optional.empty(),
        true,
        UP.lastSweep(),
        UP.nextSweep(),
        Optional.empty());
  }

  static Status paused(Optional<Instant> until) {
    return new Status(
        true,
        UP.role(),
        false,
        true,
        until,
        true,
        UP.lastSweep(),
        UP.nextSweep(),
        Optional.empty());
  }

  /** What was healed: 100 to 120. */
  static SyncResult judged(Finding finding) {
    return new SyncResult.Judged(
        OptionalLong.of(100), OptionalLong.of(120), finding.verdict().mark(), finding);
  }

  final List<String> calls = new CopyOnWriteArrayList<>();
  volatile Status status = UP;
  volatile CompletionStage<SyncResult> syncResult;
  volatile CompletionStage<SweepReport> sweepResult = new CompletableFuture<>();
  private final String name;

  MemoryWatch(String name) {
    this.name = name;
    this.syncResult = CompletableFuture.completedFuture(judged(Samples.healed(name)));
  }

  void answers(SyncResult result) {
    syncResult = CompletableFuture.completedFuture(result);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Status status() {
    return status;
  }

  @Override
  public CompletionStage<SweepReport> sweep(Event.Source source) {
    calls.add("sweep " + source.word());
    return sweepResult;
  }

  @Override
  public CompletionStage<SyncResult> syncSequence(
      String sequence, boolean force, Event.Source source) {
    calls.add("sequence " + sequence + " force=" + force + " " + source.word());
    return syncResult;
  }

  @Override
  public CompletionStage<SyncResult> syncTable(String table, boolean force, Event.Source source) {
    calls.add("table " + table + " force=" + force + " " + source.word());
    return syncResult;
  }

  @Override
  public void pause(Optional<Duration> length) {
    calls.add("pause " + length.map(Duration::toString).orElse("open"));
    status = paused(length.map(Samples.NOW::plus));
  }

  @Override
  public void resume() {
    calls.add("resume");
    status = UP;
  }
}
