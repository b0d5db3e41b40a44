package io.seqwarden.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A section of {@code docs/warnings.md} about one word.
 *
 * @param chapter the title above it
 * @param word the word
 * @param blocks its code blocks
 */
record Section(String chapter, String word, List<Block> blocks) {

  private static final Path FILE = Path.of("docs/warnings.md");
  private static final Pattern CHAPTER =
      Pattern.compile("^# ([^\\n]*)\\n(.*?)(?=^# |\\z)", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern SECTION =
      Pattern.compile(
          "^## `(\\w+)`[^\\n]*\\n(.*?)(?=^## |\\z)", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w+)\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

  /**
   * A code block.
   *
   * @param language what stands behind its fence
   */
  record Block(String language, String text) {

    /** SQL statements that run one by one. */
    List<String> statements() {
      return Stream.of(text.split(";\\n")).filter(statement -> !statement.isBlank()).toList();
    }
  }

  static List<Section> all() {
    try {
      return CHAPTER.matcher(Files.readString(FILE)).results().flatMap(Section::sections).toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static Stream<Section> sections(MatchResult chapter) {
    return SECTION
        .matcher(chapter.group(2))
        .results()
        .map(found -> new Section(chapter.group(1), found.group(1), blocks(found.group(2))));
  }

  private static List<Block> blocks(String text) {
    Matcher matcher = BLOCK.matcher(text);
    return matcher.results().map(found -> new Block(found.group(1), found.group(2))).toList();
  }

  boolean isWarning() {
    return chapter.equals("Warnings");
  }

  /** Whether it shows how to reproduce its word in SQL, and then how to fix it. */
  boolean isTried() {
    return blocks.size() == 2 && blocks.get(0).language().equals("sql");
  }

  @Override
  public String toString() {
    return chapter + ": " + word;
  }
}
