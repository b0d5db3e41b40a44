package io.seqwarden.config;

import java.util.Optional;
import java.util.regex.Pattern;

/** The forms in which the file writes names of a database. */
final class Names {
  private static final String QUOTED = "\"(?:[^\"\\u0000]|\"\")+\"";
  private static final String PLAIN = "[\\p{L}_][\\p{L}\\p{N}_$]*";
  private static final Pattern QUALIFIED =
      Pattern.compile("(?:" + QUOTED + "|" + PLAIN + ")\\.(?:" + QUOTED + "|" + PLAIN + ")");
  private static final String WILD = "[\\p{L}\\p{N}_$*?]+";
  private static final Pattern PATTERN =
      Pattern.compile("(?:" + QUOTED + "|" + WILD + ")\\.(?:" + QUOTED + "|" + WILD + ")");
  private static final Pattern DATABASE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]+\\]");

  private Names() {}

  /** A name with its schema as SQL writes it. */
  static Optional<String> qualified(Setting setting, String example) {
    String expected = "a name with its schema as SQL writes it, such as " + example;
    return setting
        .text(expected)
        .flatMap(
            name ->
                QUALIFIED.matcher(name).matches() ? Optional.of(name) : setting.wrong(expected));
  }

  /** A pattern of tables. */
  static Optional<String> pattern(Setting setting) {
    String expected = "a schema.table pattern such as \"public.*\"";
    return setting
        .text(expected)
        .flatMap(
            text -> PATTERN.matcher(text).matches() ? Optional.of(text) : setting.wrong(expected));
  }

  /** A host as a browser sends it, without scheme and port. */
  static Optional<String> host(Setting setting) {
    String expected = "a host name without scheme and port, such as watch.example.org";
    return setting
        .text(expected)
        .flatMap(
            name -> HOST.matcher(name).matches() ? Optional.of(name) : setting.wrong(expected));
  }

  /** Whether a block below {@code databases} may be called so. */
  static boolean isDatabase(String name) {
    return DATABASE.matcher(name).matches();
  }
}
