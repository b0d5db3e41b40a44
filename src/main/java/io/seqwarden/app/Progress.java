package io.seqwarden.app;

import io.seqwarden.catalog.ObservationProgress;
import java.io.IOException;
import java.nio.file.Path;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** A bar on stderr for long sweeps, where a terminal waits for one. Thread-safe. */
final class Progress implements ObservationProgress, AutoCloseable {

  /** Fewer sequences are read before a bar could be looked at. */
  private static final int WORTH_A_BAR = 1_000;

  private final boolean shown;

  /** Guarded by this. */
  private @Nullable ProgressBar bar;

  private Progress(boolean shown) {
    this.shown = shown;
  }

  static Progress onTerminal() {
    return new Progress(stderrIsTerminal());
  }

  /** Where this cannot be told, as on Windows, there is no bar. */
  private static boolean stderrIsTerminal() {
    try {
      return Path.of("/proc/self/fd/2").toRealPath().toString().matches("/dev/(pts/.*|tty.*)");
    } catch (IOException unknown) {
      return false;
    }
  }

  @Override
  public synchronized void observed(int done, int total) {
    if (!shown || total < WORTH_A_BAR) {
      return;
    }
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("sweep")
              .setUnit(" sequences", 1)
              .setInitialMax(total)
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .build();
    }
    bar.maxHint(total);
    bar.stepTo(done);
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
