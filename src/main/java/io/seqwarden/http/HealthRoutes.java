package io.seqwarden.http;

import io.javalin.http.Context;
import io.seqwarden.sweep.DatabaseWatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

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
    List<String> awaited = names(HealthRoutes::isAwaited);
    if (!awaited.isEmpty()) {
      throw Problem.of(503, "The first sweep is awaited of: " + String.join(", ", awaited) + ".")
          .with("databases", awaited)
          .exception();
    }
    Map<String, Object> ready = new LinkedHashMap<>();
    ready.put("status", "ready");
    ready.put("unreachable", names(HealthRoutes::isUnreachable));
    ready.put("paused", names(DatabaseWatch.Status::paused));
    Answers.json(ctx, ready);
  }

  private List<String> names(Predicate<DatabaseWatch.Status> of) {
    return all.databases().stream()
        .filter(watch -> of.test(watch.status()))
        .map(DatabaseWatch::name)
        .toList();
  }

  private static boolean isUnreachable(DatabaseWatch.Status status) {
    return !status.up() && status.problem().isPresent();
  }

  /**
   * Reached or still being tried for the first time; one that is down holds nobody up, and neither
   * does one that is paused.
   */
  private static boolean isAwaited(DatabaseWatch.Status status) {
    return !status.firstSweepDone()
        && !status.paused()
        && (status.up() || status.problem().isEmpty());
  }
}
