package io.seqwarden.catalog;

import java.util.regex.Pattern;

/**
 * A {@code schema.table} pattern of {@code include} and {@code exclude}: {@code *} stands for any
 * characters, {@code ?} for one, everything else for itself; upper and lower case differ.
 */
public final class TablePattern {

  private final String text;
  private final Pattern schema;
  private final Pattern table;

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException unless it has a schema part and a table part
   */
  public TablePattern(String text) {
    int dot = text.indexOf('.');
    if (dot <= 0 || dot == text.length() - 1) {
      throw new IllegalArgumentException(
          "expected a schema.table pattern such as public.* or *.ticket, got \"" + text + "\"");
    }
    this.text = text;
    this.schema = glob(text.substring(0, dot));
    this.table = glob(text.substring(dot + 1));
  }

  private static Pattern glob(String part) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  /** Whether a table of these raw names matches. */
  public boolean matches(String schemaName, String tableName) {
    return schema.matcher(schemaName).matches() && table.matcher(tableName).matches();
  }

  @Override
  public String toString() {
    return text;
  }
}
