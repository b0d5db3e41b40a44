package io.seqwarden.sweep;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import java.util.List;

/**
 * Passes on what a database has to tell until that is no longer watched: what a step of it that
 * took long told later would bring its series back. Thread-safe.
 */
final class Gate implements SweepListener {

  private final SweepListener listener;
  private volatile boolean closed;

  Gate(SweepListener listener) {
    this.listener = listener;
  }

  void close() {
    closed = true;
  }

  @Override
  public void swept(SweepReport report) {
    if (!closed) {
      listener.swept(report);
    }
  }

  @Override
  public void synced(Finding finding, List<Event> events) {
    if (!closed) {
      listener.synced(finding, events);
    }
  }

  @Override
  public void recorded(String database, List<Event> events) {
    if (!closed) {
      listener.recorded(database, events);
    }
  }
}
