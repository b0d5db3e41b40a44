package io.seqwarden.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;

/**
 * A page of the documentation.
 *
 * @param path where it lies, from the repository's root
 */
public record Markdown(Path path) {

  /**
   * A fenced block.
   *
   * @param line of its fence, from 1
   * @param language what stands behind the fence; empty for none
   * @param heading what it stands under; empty for none
   */
  public record Block(Path page, int line, String language, String heading, String text) {

    /** SQL statements that run one by one. */
    public List<String> statements() {
      return Stream.of(text.split(";\\n")).filter(statement -> !statement.isBlank()).toList();
    }

    /** Shell commands one by one, those that go on over several lines joined. */
    public List<String> commands() {
      return text.replaceAll("\\\\\\n\\s*", "").lines().filter(line -> !line.isBlank()).toList();
    }

    @Override
    public String toString() {
      return page + ":" + line;
    }
  }

  /** The page that lies there. */
  public static Markdown of(String path) {
    return new Markdown(Path.of(path));
  }

  /** All pages: those at the root, all below docs, and the chart's. */
  public static List<Markdown> all() {
    try (Stream<Path> top = Files.list(Path.of(""));
        Stream<Path> below = Files.walk(Path.of("docs"));
        Stream<Path> chart = Files.walk(Path.of("helm"))) {
      return Stream.of(top, below, chart)
          .flatMap(each -> each)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .map(Markdown::new)
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** As it stands. */
  public String text() {
    try {
      return Files.readString(path);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Its fenced blocks, those within lists included. */
  public List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    String[] heading = {""};
    document()
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(Heading found) {
                heading[0] = words(found);
              }

              @Override
              public void visit(FencedCodeBlock found) {
                int line = found.getSourceSpans().get(0).getLineIndex() + 1;
                blocks.add(new Block(path, line, found.getInfo(), heading[0], found.getLiteral()));
              }
            });
    return blocks;
  }

  /** Its blocks of a language. */
  public List<Block> blocks(String language) {
    return blocks().stream().filter(block -> block.language().equals(language)).toList();
  }

  /** Its blocks under a heading, in their order. */
  public List<Block> under(String heading) {
    List<Block> under = blocks().stream().filter(b -> b.heading().equals(heading)).toList();
    if (under.isEmpty()) {
      throw new AssertionError(path + " has no block under " + heading);
    }
    return under;
  }

  /** Where its links and images lead, as they are written. */
  public List<String> links() {
    List<String> links = new ArrayList<>();
    document()
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(Link link) {
                links.add(link.getDestination());
                visitChildren(link);
              }

              @Override
              public void visit(Image image) {
                links.add(image.getDestination());
              }
            });
    return links;
  }

  /** What stands between backquotes in its sentences. */
  public List<String> quoted() {
    List<String> quoted = new ArrayList<>();
    document()
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(Code code) {
                quoted.add(code.getLiteral());
              }
            });
    return quoted;
  }

  /** Where its headings can be reached, as GitHub makes them of their words. */
  public List<String> anchors() {
    List<String> anchors = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    headings(
        heading -> {
          String anchor =
              words(heading)
                  .toLowerCase(Locale.ROOT)
                  .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                  .replace(' ', '-');
          int before = seen.merge(anchor, 1, Integer::sum) - 1;
          anchors.add(before == 0 ? anchor : anchor + "-" + before);
        });
    return anchors;
  }

  /** The words of its first heading. */
  public String title() {
    List<String> titles = new ArrayList<>();
    headings(heading -> titles.add(words(heading)));
    return titles.get(0);
  }

  private void headings(Consumer<Heading> each) {
    document()
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(Heading heading) {
                each.accept(heading);
              }
            });
  }

  private Node document() {
    return Parser.builder().includeSourceSpans(IncludeSourceSpans.BLOCKS).build().parse(text());
  }

  private static String words(Heading heading) {
    StringBuilder words = new StringBuilder();
    heading.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Text text) {
            words.append(text.getLiteral());
          }

          @Override
          public void visit(Code code) {
            words.append(code.getLiteral());
          }

          @Override
          public void visit(SoftLineBreak end) {
            words.append(' ');
          }

          @Override
          public void visit(HardLineBreak end) {
            words.append(' ');
          }
        });
    return words.toString();
  }
}
