package io.seqwarden.app;

import io.seqwarden.config.Configuration;
import io.seqwarden.config.Loaded;
import io.seqwarden.http.Reload;
import io.seqwarden.report.ReloadStatus;
import io.seqwarden.sweep.Shared;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again and makes it the running one, once at a time. One that is invalid
 * changes nothing. Thread-safe.
 */
final class Reloader implements Reload, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

  private final Supplier<Loaded> source;
  private final Function<Configuration, Outcome.Applied> change;
  private final ReloadStatus status;
  private final Clock clock;
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "seqwarden-reload");
            thread.setDaemon(true);
            return thread;
          });
  private final Shared<Outcome> reload = new Shared<>(this::reload, executor);

  /** Who asked since the last reading began. */
  private final Set<String> asking = ConcurrentHashMap.newKeySet();

  /**
   * Reads from {@code source}.
   *
   * @param change makes a valid configuration the running one
   * @param status is told how it ended
   */
  Reloader(
      Supplier<Loaded> source,
      Function<Configuration, Outcome.Applied> change,
      ReloadStatus status,
      Clock clock) {
    this.source = source;
    this.change = change;
    this.status = status;
    this.clock = clock;
  }

  @Override
  public CompletionStage<Outcome> request(String by) {
    asking.add(by);
    CompletableFuture<Outcome> answer = reload.request();
    return answer.thenApply(outcome -> outcome);
  }

  private Outcome reload() {
    List<String> by = List.copyOf(asking);
    by.forEach(asking::remove);
    String who = String.join(", ", by);
    try {
      Loaded loaded = source.get();
      if (loaded instanceof Loaded.Invalid invalid) {
        return refused(invalid, who);
      }
      Outcome.Applied applied = change.apply(((Loaded.Valid) loaded).configuration());
      status.succeeded(clock.instant());
      log(applied, who);
      return applied;
    } catch (RuntimeException bug) {
      status.failed();
      LOG.error("The configuration was not reloaded for {}: a bug", who, bug);
      throw bug;
    }
  }

  private Outcome refused(Loaded.Invalid invalid, String who) {
    status.failed();
    List<Fault> faults =
        invalid.problems().stream()
            .map(one -> new Fault(one.file(), one.line(), one.path(), one.message()))
            .toList();
    LOG.error(
        "The configuration was not reloaded for {}, and the one before goes on: it is invalid",
        who);
    invalid.problems().forEach(problem -> LOG.error("{}", problem));
    return new Outcome.Invalid(faults);
  }

  private static void log(Outcome.Applied applied, String who) {
    LOG.info(
        "The configuration was reloaded for {}: added {}, changed {}, removed {}, unchanged {}",
        who,
        names(applied.added()),
        names(applied.changed()),
        names(applied.removed()),
        names(applied.unchanged()));
    if (!applied.restart().isEmpty()) {
      LOG.warn(
          "{} changed and will take effect when seqwarden is started again",
          names(applied.restart()));
    }
  }

  private static String names(List<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  /** Reads nothing again; a reading under way ends soon. */
  @Override
  public void close() {
    executor.shutdown();
  }
}
