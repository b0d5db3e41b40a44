package io.seqwarden.repair;

import io.seqwarden.postgres.SqlTemplate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What all functions that are installed have in common, as SQL text. */
final class Functions {

  private static final SqlTemplate REVOKE = SqlTemplate.load(Functions.class, "revoke.sql");

  private Functions() {}

  /** A body as it is stored: on a line of its own, so that its first line is our mark. */
  static String stored(String body) {
    return "\n" + body;
  }

  /** Whether the stored body of that md5 is {@code body}; null: there is none. */
  static boolean isStored(String body, @Nullable String md5) {
    return Guard.md5(stored(body)).equals(md5);
  }

  /** Takes the named functions from everybody but their owner. */
  static String revoke(String schema, List<String> names) {
    String body =
        REVOKE.fill(
            Map.of(
                "schema", SqlTemplate.literal(schema),
                "names", String.join(", ", names.stream().map(SqlTemplate::literal).toList())));
    return "do " + SqlTemplate.literal(body);
  }

  static Step drop(Inspection.Function function) {
    String qualified = SqlTemplate.identifier(function.schema(), function.name());
    return new Step(
        "drop " + qualified,
        qualified + "()",
        List.of("drop function if exists %s()".formatted(qualified)),
        "own " + qualified + "()");
  }
}
