package io.seqwarden.config;

import io.seqwarden.catalog.TablePattern;
import java.util.Optional;
import java.util.regex.Pattern;

/** The forms in which the file writes names of a database. */
final class Names {
  private static final String QUOTED = "\"(?:[^\"\\u0000]|\"\")+\"";
  private static final String PLAIN = "[\\p{L}_][\\p{L}\\p{N}_$]*";
  private static final Pattern QUALIFIED =
      Pattern.compile("(?:" + QUOTED + "|" + PLAIN + ")\\.(?:" + QUOTED + "|" + PLAIN + ")");
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

  /** A pattern of tables. Quotes would be part of the name there, and never match. */
  static Optional<String> pattern(Setting setting) {
    String expected = "a schema.table pattern without quotes, such as \"public.*\"";
    Optional<String> text = setting.text(expected);
    try {
      text.ifPresent(TablePattern::new);
    } catch (IllegalArgumentException malformed) {
      return setting.wrong(expected);
    }
    return text.isPresent() && text.get().indexOf('"') >= 0 ? setting.wrong(expected) : text;
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
