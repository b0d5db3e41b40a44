package io.seqwarden.repair;

import io.seqwarden.postgres.SqlResource;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A SQL resource with {@code {{holes}}}; what fills them is quoted by whoever fills them. */
final class SqlTemplate {

  private static final Pattern HOLE = Pattern.compile("\\{\\{([a-z_]+)}}");

  private final String text;

  private SqlTemplate(String text) {
    this.text = text;
  }

  static SqlTemplate load(String name) {
    return new SqlTemplate(SqlResource.load(SqlTemplate.class, name));
  }

  /** The text with every hole filled; a hole that {@code values} does not name is a bug. */
  String fill(Map<String, String> values) {
    Matcher matcher = HOLE.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      String value = values.get(matcher.group(1));
      if (value == null) {
        throw new IllegalArgumentException("nothing fills {{" + matcher.group(1) + "}}");
      }
      matcher.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(filled).toString();
  }

  /** {@code value} as a SQL string literal that holds under either standard_conforming_strings. */
  static String literal(String value) {
    String doubled = value.replace("'", "''");
    return value.indexOf('\\') < 0
        ? "'" + doubled + "'"
        : " E'" + doubled.replace("\\", "\\\\") + "'";
  }

  /** A name in quotes, whether it needs them or not. */
  static String identifier(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A name with its schema, both in quotes. */
  static String identifier(String schema, String name) {
    return identifier(schema) + "." + identifier(name);
  }
}
