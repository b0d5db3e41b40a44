package io.seqwarden.report;

import java.time.Instant;
import java.util.Objects;

/** What became of the last reading of the configuration. Thread-safe. */
public final class ReloadStatus {

  private volatile Last last;

  /**
   * The last reading.
   *
   * @param successful whether it was valid and runs
   * @param lastSuccess when a valid one was read last
   */
  public record Last(boolean successful, Instant lastSuccess) {
    public Last {
      Objects.requireNonNull(lastSuccess, "lastSuccess");
    }
  }

  /** Begins with the configuration of the start. */
  public ReloadStatus(Instant startedAt) {
    this.last = new Last(true, startedAt);
  }

  /** What it was. */
  public Last last() {
    return last;
  }

  /** A new configuration runs. */
  public void succeeded(Instant at) {
    last = new Last(true, at);
  }

  /** The one before goes on running. */
  public void failed() {
    last = new Last(false, last.lastSuccess());
  }
}
