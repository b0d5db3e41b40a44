package io.seqwarden.http;

import io.javalin.http.Context;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The query parameters of a request, none but the known ones and each once. An empty value counts
 * as left out, as forms send it.
 *
 * <p>Javalin's own map drops what it cannot decode, which would turn a mistyped filter into none.
 */
final class Query {

  static final int DEFAULT_LIMIT = 100;
  static final int MAX_LIMIT = 1_000;
  static final Duration MAX_LENGTH = Duration.ofDays(365);
  private static final int MAX_VALUE_CHARS = 600;

  private final Map<String, String> values;

  private Query(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Reads the query.
   *
   * @throws ProblemException with status 400, naming the parameter, as all methods here
   */
  static Query of(Context ctx, String... known) {
    Map<String, String> values = new LinkedHashMap<>();
    String query = ctx.req().getQueryString();
    if (query != null) {
      for (String pair : query.split("&", -1)) {
        if (!pair.isEmpty()) {
          add(values, pair, List.of(known));
        }
      }
    }
    return new Query(values);
  }

  private static void add(Map<String, String> values, String pair, List<String> known) {
    int equals = pair.indexOf('=');
    String name = decode(equals < 0 ? pair : pair.substring(0, equals), pair);
    String value = equals < 0 ? "" : decode(pair.substring(equals + 1), name);
    if (!known.contains(name)) {
      throw bad(
          name,
          "there is no such parameter here. "
              + (known.isEmpty() ? "There is none at all." : "Known: " + join(known) + "."));
    }
    if (value.length() > MAX_VALUE_CHARS) {
      throw bad(name, "its value is longer than " + MAX_VALUE_CHARS + " characters.");
    }
    if (Text.hasControl(value)) {
      throw bad(name, "its value holds a control character.");
    }
    if (values.put(name, value) != null) {
      throw bad(name, "it is given more than once. Give it once.");
    }
  }

  private static String decode(String text, String name) {
    try {
      String decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
      if (decoded.indexOf('\uFFFD') < 0) {
        return decoded;
      }
    } catch (IllegalArgumentException e) {
      // A stray percent sign; answered below.
    }
    throw bad(name, "it is not URL-encoded UTF-8. Write a percent sign as %25.");
  }

  /** The value of {@code name}; empty where it is left out. */
  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
  }

  /** {@code limit}, 1 to 1000, 100 where it is left out. */
  int limit() {
    return text("limit").map(Query::parseLimit).orElse(DEFAULT_LIMIT);
  }

  private static int parseLimit(String value) {
    if (value.matches("\\d{1,4}")) {
      int limit = Integer.parseInt(value);
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    }
    throw bad(
        "limit", "it is %s. Write a number from 1 to %d.".formatted(Text.quote(value), MAX_LIMIT));
  }

  /** {@code true} or {@code false}; false where {@code name} is left out. */
  boolean flag(String name) {
    String value = text(name).orElse("false");
    if (!value.equals("true") && !value.equals("false")) {
      throw bad(name, "it is %s. Write true or false.".formatted(Text.quote(value)));
    }
    return value.equals("true");
  }

  /** One of {@code values} by its word. */
  <T> Optional<T> word(String name, T[] values, Function<T, String> word) {
    return text(name)
        .map(
            value ->
                Arrays.stream(values)
                    .filter(candidate -> word.apply(candidate).equals(value))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            bad(
                                name,
                                "it is %s. Write one of: %s."
                                    .formatted(
                                        Text.quote(value),
                                        join(Arrays.stream(values).map(word).toList())))));
  }

  /** A length of time above zero and at most a year. */
  Optional<Duration> length(String name) {
    return text(name)
        .map(
            value ->
                Lengths.parse(value)
                    .filter(length -> length.compareTo(Duration.ZERO) > 0)
                    .filter(length -> length.compareTo(MAX_LENGTH) <= 0)
                    .orElseThrow(
                        () ->
                            bad(
                                name,
                                "it is %s. Write a length of time up to 365d, like 30m, 1h or"
                                        .formatted(Text.quote(value))
                                    + " PT30M.")));
  }

  /** An error that names the parameter. */
  static ProblemException bad(String name, String problem) {
    return Problem.of(400, "Query parameter %s: %s".formatted(Text.quote(name), problem))
        .with("parameter", name)
        .exception();
  }

  private static String join(List<String> words) {
    return String.join(", ", words);
  }
}
