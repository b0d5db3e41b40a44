package io.seqwarden.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A SQL resource with {@code {{holes}}}; what fills them is quoted by whoever fills them.
 * Thread-safe.
 */
public final class SqlTemplate {

  private static final Pattern HOLE = Pattern.compile("\\{\\{([a-z_]+)}}");

  /** The text between holes, one piece more than there are holes. */
  private final List<String> pieces = new ArrayList<>();

  private final List<String> holes = new ArrayList<>();

  private SqlTemplate(String text) {
    Matcher matcher = HOLE.matcher(text);
    int from = 0;
    while (matcher.find()) {
      pieces.add(text.substring(from, matcher.start()));
      holes.add(matcher.group(1));
      from = matcher.end();
    }
    pieces.add(text.substring(from));
  }

  /** Of a file; see {@link SqlResource#load}. */
  public static SqlTemplate load(Class<?> beside, String name) {
    return new SqlTemplate(SqlResource.load(beside, name));
  }

  /** The same without comments but the first; see {@link SqlResource#brief}. */
  public static SqlTemplate brief(Class<?> beside, String name) {
    return new SqlTemplate(SqlResource.brief(beside, name));
  }

  /**
   * The text with every hole filled.
   *
   * @throws IllegalArgumentException if {@code values} does not name a hole: a bug
   */
  public String fill(Map<String, String> values) {
    StringBuilder filled = new StringBuilder();
    for (int i = 0; i < holes.size(); i++) {
      String value = values.get(holes.get(i));
      if (value == null) {
        throw new IllegalArgumentException("nothing fills {{" + holes.get(i) + "}}");
      }
      filled.append(pieces.get(i)).append(value);
    }
    return filled.append(pieces.get(holes.size())).toString();
  }

  /**
   * {@code value} as a SQL string literal that holds under either standard_conforming_strings. The
   * server refuses it where it holds a NUL.
   */
  public static String literal(String value) {
    String doubled = value.replace("'", "''");
    return value.indexOf('\\') < 0
        ? "'" + doubled + "'"
        : " E'" + doubled.replace("\\", "\\\\") + "'";
  }

  /** A name in quotes, whether it needs them or not. */
  public static String identifier(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A name with its schema, both in quotes. */
  public static String identifier(String schema, String name) {
    return identifier(schema) + "." + identifier(name);
  }
}
