package io.seqwarden.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a page says that seqwarden says. */
final class Messages {

  /**
   * Those of picocli, Java, PostgreSQL and its driver, and those that a test shows as they come.
   */
  static final Set<String> OF_OTHERS =
      Set.of(
          "FILE:LINE: KEY: ...",
          "Missing required option",
          "Unknown option",
          "The environment has SEQWARDEN_LOG_FORMAT=...",
          "Unable to access jarfile",
          "could not open",
          "UnsupportedClassVersionError",
          "no pg_hba.conf entry ... no encryption",
          "PKIX path building failed",
          "The hostname ... could not be verified",
          "The server does not support SSL");

  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  private Messages() {}

  /** All sources as one text, sentences over several lines joined. */
  static String ofSources() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString().replaceAll("\"\\s*\\+ \"", "");
  }

  /** What stands between backquotes in the columns called "it says". */
  static List<String> inTables(Markdown page) {
    List<String> messages = new ArrayList<>();
    int column = -1;
    for (String line : page.text().lines().toList()) {
      String[] cells = line.split(" ?\\| ?", -1);
      if (!line.startsWith("|")) {
        column = -1;
      } else if (List.of(cells).contains("it says")) {
        column = List.of(cells).indexOf("it says");
      } else if (column >= 0) {
        QUOTED.matcher(cells[column]).results().forEach(found -> messages.add(found.group(1)));
      }
    }
    if (messages.isEmpty()) {
      throw new AssertionError(page.path() + " has no table of messages");
    }
    return messages;
  }

  /** Whether the sources have each part of it. */
  static boolean isIn(String sources, String message) {
    return Stream.of(message.split("\\.\\.\\.", -1))
        .map(String::strip)
        .allMatch(part -> sources.contains(part));
  }
}
