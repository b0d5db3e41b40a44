package io.seqwarden.sweep;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import java.util.List;

/**
 * Hears of what happened. Called on the sweeping or requesting thread; must be quick and must not
 * throw.
 */
public interface SweepListener {

  /** A sweep ended, well or not. */
  void swept(SweepReport report);

  /** One sequence was checked, and repaired where needed, between sweeps. */
  void synced(Finding finding, List<Event> events);

  /** New events of guards and SQL functions were read from the database's event table. */
  void recorded(String database, List<Event> events);
}
