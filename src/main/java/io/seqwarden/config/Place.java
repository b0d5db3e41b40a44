package io.seqwarden.config;

import com.typesafe.config.ConfigOrigin;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where something stands.
 *
 * @param file the file's name
 * @param line its line, 0 for the file as a whole
 */
record Place(String file, int line) {
  /** How the library describes an origin; a block that was written in parts has several lines. */
  private static final Pattern LINE_OF_FILE =
      Pattern.compile("(?!merge of )(.+): [0-9]+(?:-[0-9]+)?");

  /**
   * The place of what was found at {@code origin}, or this one where the origin names no single
   * line: a value of the environment has none, nor has one that was joined from two files.
   */
  Place within(ConfigOrigin origin) {
    Matcher lineOfFile = LINE_OF_FILE.matcher(origin.description());
    if (origin.lineNumber() < 1 || !lineOfFile.matches()) {
      return this;
    }
    return new Place(lineOfFile.group(1), origin.lineNumber());
  }
}
