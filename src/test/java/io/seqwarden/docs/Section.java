package io.seqwarden.docs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page below {@code docs/warnings} about one word.
 *
 * @param chapter the title above its link in {@code docs/warnings.md}
 * @param word the word
 */
record Section(String chapter, String word, Markdown page) {

  private static final Markdown INDEX = Markdown.of("docs/warnings.md");

  /** A title, or a line of the list of pages. */
  private static final Pattern LINE =
      Pattern.compile("(?m)^(?:## (.*)|- \\[`(\\w+)`\\]\\((warnings/[\\w-]+\\.md)\\): .*)$");

  static List<Section> all() {
    List<Section> sections = new ArrayList<>();
    String chapter = "";
    Matcher line = LINE.matcher(INDEX.text());
    while (line.find()) {
      if (line.group(1) != null) {
        chapter = line.group(1);
      } else {
        sections.add(new Section(chapter, line.group(2), Markdown.of("docs/" + line.group(3))));
      }
    }
    return sections;
  }

  /** Where it lies. */
  Path path() {
    return page.path();
  }

  boolean isWarning() {
    return chapter.equals("Warnings");
  }

  List<Markdown.Block> reproduce() {
    return under("To reproduce it");
  }

  List<Markdown.Block> fix() {
    return under("To fix it");
  }

  private List<Markdown.Block> under(String heading) {
    return page.blocks().stream().filter(block -> block.heading().equals(heading)).toList();
  }

  /** Whether it shows how to reproduce its word in SQL, and then how to fix it. */
  boolean isTried() {
    return reproduce().size() == 1
        && reproduce().get(0).language().equals("sql")
        && fix().size() == 1;
  }

  @Override
  public String toString() {
    return chapter + ": " + word;
  }
}
