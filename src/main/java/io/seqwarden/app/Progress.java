package io.seqwarden.app;

import io.seqwarden.catalog.ObservationProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** A bar on stderr for long sweeps, where a terminal waits for one. Thread-safe. */
final class Progress implements ObservationProgress, AutoCloseable {

  /** Fewer sequences are read before a bar could be looked at. */
  private static final int WORTH_A_BAR = 200;

  private final boolean shown;

  /** Done and total by the thread that reads. Guarded by this. */
  private final Map<Thread, int[]> read = new HashMap<>();

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
    if (!shown) {
      return;
    }
    // Databases are read side by side, each by a thread; the bar shows their sum.
    read.put(Thread.currentThread(), new int[] {done, total});
    int allDone = read.values().stream().mapToInt(one -> one[0]).sum();
    int all = read.values().stream().mapToInt(one -> one[1]).sum();
    if (all < WORTH_A_BAR) {
      return;
    }
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("sweep")
              .setUnit(" sequences", 1)
              .setInitialMax(all)
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .build();
    }
    bar.maxHint(all);
    bar.stepTo(allDone);
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
