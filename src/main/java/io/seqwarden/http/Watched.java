package io.seqwarden.http;

import io.javalin.http.Context;
import io.seqwarden.sweep.DatabaseWatch;
import java.util.stream.Collectors;

/** Looks up what a request names. */
final class Watched {

  private final DatabaseWatch.All all;

  Watched(DatabaseWatch.All all) {
    this.all = all;
  }

  /** The database that the path names. */
  DatabaseWatch fromPath(Context ctx) {
    return named(ctx.pathParam("database"));
  }

  /**
   * The database of that name.
   *
   * @throws ProblemException with status 404
   */
  DatabaseWatch named(String name) {
    return all.database(name)
        .orElseThrow(
            () ->
                Problem.of(
                        404,
                        "No database %s is watched. Watched: %s."
                            .formatted(
                                Text.quote(name),
                                all.databases().stream()
                                    .map(DatabaseWatch::name)
                                    .collect(Collectors.joining(", "))))
                    .exception());
  }
}
