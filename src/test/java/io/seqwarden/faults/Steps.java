package io.seqwarden.faults;

import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.SweepReport;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.FaultyProxy;
import io.seqwarden.testing.TestDatabase;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The round trips of a piece of work, as places for a fault. */
final class Steps {

  private Steps() {}

  /** Sweeps that heal and guard, by way of the proxy. */
  static Sweeping through(FaultyProxy proxy, TestDatabase db) {
    return new Sweeping(
        Sweeping.settings(
            proxy.jdbcUrl(db.name()),
            TestDatabase.SUPERUSER,
            DatabaseSettings.Mode.HEAL,
            DatabaseSettings.GuardMode.ENSURE));
  }

  /** Names a step in a failure's message. */
  static String where(FaultyProxy proxy, int step, SweepReport broken) {
    String trip = proxy.trips().get(step - 1);
    return "step %d (%s): %s"
        .formatted(step, trip.substring(0, Math.min(trip.length(), 100)), broken.problems());
  }

  /**
   * Which steps to break, from 1: each statement where it first comes, and of the repetitions, most
   * of which begin or end a transaction, every fifth.
   */
  static List<Integer> of(List<String> trips) {
    Set<String> seen = new HashSet<>();
    return IntStream.rangeClosed(1, trips.size())
        .filter(step -> seen.add(trips.get(step - 1)) || step % 5 == 0)
        .boxed()
        .toList();
  }
}
