package io.seqwarden.http;

import io.javalin.http.Context;
import io.seqwarden.sweep.DatabaseWatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The probes. They take whatever query a prober adds. */
final class HealthRoutes {

  private final DatabaseWatch.All all;

  HealthRoutes(DatabaseWatch.All all) {
    this.all = all;
  }

  void live(Context ctx) {
    Optional<String> stalled = all.stalled();
    if (stalled.isPresent()) {
      throw Problem.of(503, stalled.get()).exception();
    }
    Answers.json(ctx, Map.of("status", "live"));
  }

  void ready(Context ctx) {
    List<String> awaited =
        all.databases().stream()
            .filter(watch -> isAwaited(watch.status()))
            .map(DatabaseWatch::name)
            .toList();
    if (!awaited.isEmpty()) {
      throw Problem.of(503, "The first sweep is awaited of: " + String.join(", ", awaited) + ".")
          .with("databases", awaited)
          .exception();
    }
    Answers.json(ctx, Map.of("status", "ready"));
  }

  /** Reached or still being tried for the first time; one that is down holds nobody up. */
  private static boolean isAwaited(DatabaseWatch.Status status) {
    return !status.firstSweepDone() && (status.up() || status.problem().isEmpty());
  }
}
