package io.seqwarden.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a section of a page has to be pasted, block after block. Closing it fails a test that left a
 * block out.
 */
final class Procedure implements AutoCloseable {

  private static final Pattern HEADING = Pattern.compile("^#+ (.*)$");
  private static final Pattern FENCE = Pattern.compile("^( *)```(\\w*)$");

  /** What is run or read by seqwarden; other blocks show what something prints. */
  private static final Set<String> PASTED = Set.of("sh", "hocon");

  private final String section;
  private final List<Block> blocks;
  private int next;

  private Procedure(String section, List<Block> blocks) {
    this.section = section;
    this.blocks = blocks;
  }

  private record Block(String section, String language, String text) {}

  /** The procedure of a section. */
  static Procedure of(String page, String section) {
    List<Block> blocks = all(page).stream().filter(b -> b.section().equals(section)).toList();
    assertThat(blocks).as(section).isNotEmpty();
    return new Procedure(section, blocks);
  }

  /** The sections of a page that have something to be pasted. */
  static List<String> sections(String page) {
    return all(page).stream().map(Block::section).distinct().toList();
  }

  private static List<Block> all(String page) {
    List<Block> blocks = new ArrayList<>();
    String section = "";
    Matcher fence = FENCE.matcher("");
    List<String> lines = null;
    for (String line : lines(page)) {
      Matcher here = FENCE.matcher(line);
      Matcher heading = HEADING.matcher(line);
      if (lines != null && here.matches()) {
        if (PASTED.contains(fence.group(2))) {
          blocks.add(new Block(section, fence.group(2), String.join("", lines)));
        }
        lines = null;
      } else if (lines != null) {
        lines.add(line.replaceFirst("^" + fence.group(1), "") + "\n");
      } else if (here.matches()) {
        fence = here;
        lines = new ArrayList<>();
      } else if (heading.matches()) {
        section = heading.group(1);
      }
    }
    return blocks;
  }

  private static List<String> lines(String page) {
    try {
      return Files.readAllLines(Path.of(page));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The next block, which is one for the shell. */
  String command() {
    return next("sh");
  }

  /** The next block, which is one for the configuration. */
  String configuration() {
    return next("hocon");
  }

  /** What follows is another test's. */
  void leave() {
    next = blocks.size();
  }

  private String next(String language) {
    assertThat(next).as("blocks of " + section).isLessThan(blocks.size());
    Block block = blocks.get(next++);
    assertThat(block.language()).as(block.text()).isEqualTo(language);
    return block.text();
  }

  @Override
  public void close() {
    assertThat(blocks.subList(next, blocks.size())).as("never run").isEmpty();
  }
}
