package io.seqwarden.http;

import io.seqwarden.drift.Reason;
import io.seqwarden.drift.State;
import io.seqwarden.drift.Warning;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.BulletList;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * What each warning and reason means and what to do, as the pages below {@code docs/warnings} say
 * it, in the order of {@code docs/warnings.md}. They are packed into the jar: the page needs no
 * other site for it, and there is one text.
 */
final class Meanings {

  private static final String INDEX = "warnings.md";
  private static final String WARNINGS_CHAPTER = "Warnings";
  private static final String FIX = "To fix it";

  /** Where the pages lie, seen from the index. */
  private static final Pattern PAGE = Pattern.compile("(?:warnings/)?([\\w-]+)\\.md");

  /**
   * Titles of chapters and pages lead somewhere; headings within a page have the like elsewhere.
   */
  private static final int DEEPEST_ANCHOR = 3;

  private final Parser parser = Parser.builder().build();
  private final HtmlRenderer renderer =
      HtmlRenderer.builder()
          .escapeHtml(true)
          .attributeProviderFactory(
              context ->
                  (node, tag, attributes) -> {
                    if (node instanceof Heading heading && heading.getLevel() <= DEEPEST_ANCHOR) {
                      attributes.put("id", anchor(words(heading)));
                    } else if (node instanceof FencedCodeBlock && tag.equals("pre")) {
                      // What scrolls has to be reachable by the keyboard.
                      attributes.put("tabindex", "0");
                    }
                  })
          .build();

  /** By the page's title, in the order of the index; two chapters share none. */
  private final Map<String, StatusPage.Meaning> ofWarnings = new LinkedHashMap<>();

  private final Map<String, StatusPage.Meaning> ofReasons = new LinkedHashMap<>();
  private final String html;

  private Meanings() {
    StringBuilder text = new StringBuilder();
    Map<String, StatusPage.Meaning> chapter = ofReasons;
    for (Node node : children(parser.parse(read(INDEX)))) {
      if (node instanceof BulletList list) {
        for (String page : pages(list)) {
          text.append(add(page, chapter));
        }
      } else if (!isTitle(node)) {
        if (node instanceof Heading heading) {
          chapter = words(heading).equals(WARNINGS_CHAPTER) ? ofWarnings : ofReasons;
        }
        text.append(renderer.render(node));
      }
    }
    this.html = text.toString();
  }

  /** The served page has a title of its own. */
  private static boolean isTitle(Node node) {
    return node instanceof Heading heading && heading.getLevel() == 1;
  }

  /** Reads the text. */
  static Meanings load() {
    return new Meanings();
  }

  private static String read(String name) {
    try (InputStream in = Meanings.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }

  /** The whole text as HTML, its title left out. */
  String html() {
    return html;
  }

  /** What a warning means. */
  Optional<StatusPage.Meaning> of(Warning warning) {
    return Optional.ofNullable(ofWarnings.get(warning.word()));
  }

  /** What a state's reason means. */
  Optional<StatusPage.Meaning> of(State state, Reason.Code code) {
    return Optional.ofNullable(ofReasons.get(code.word() + " (" + state.word() + ")"))
        .or(() -> Optional.ofNullable(ofReasons.get(code.word())));
  }

  private static List<String> pages(BulletList list) {
    List<String> pages = new ArrayList<>();
    list.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Link link) {
            Matcher page = PAGE.matcher(link.getDestination());
            if (page.matches()) {
              pages.add(page.group(1));
            }
          }
        });
    return pages;
  }

  /** Takes a page into {@code chapter}, and gives it as HTML two levels below the index' title. */
  private String add(String page, Map<String, StatusPage.Meaning> chapter) {
    Node document = parser.parse(read("warnings/" + page + ".md"));
    relink(document);
    List<Node> nodes = children(document);
    // What stands above the title leads back to the index.
    while (!(nodes.get(0) instanceof Heading)) {
      nodes.remove(0);
    }
    String title = words((Heading) nodes.get(0));
    chapter.put(
        title,
        new StatusPage.Meaning(
            title,
            Links.meaning(anchor(title)),
            rendered(below(title, nodes)),
            rendered(below(FIX, nodes))));
    nodes.stream()
        .filter(Heading.class::isInstance)
        .map(Heading.class::cast)
        .forEach(heading -> heading.setLevel(heading.getLevel() + 2));
    return rendered(nodes);
  }

  /** What stands between the heading of these words and the next one. */
  private static List<Node> below(String heading, List<Node> nodes) {
    List<Node> below = new ArrayList<>();
    boolean within = false;
    for (Node node : nodes) {
      if (node instanceof Heading each) {
        within = words(each).equals(heading);
      } else if (within) {
        below.add(node);
      }
    }
    return below;
  }

  private String rendered(List<Node> nodes) {
    return nodes.stream().map(renderer::render).collect(Collectors.joining());
  }

  /** Other pages of the documentation are not served: they are named instead. */
  private static void relink(Node document) {
    document.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Link link) {
            Matcher page = PAGE.matcher(link.getDestination());
            if (page.matches()) {
              link.setDestination(Links.meaning(page.group(1)));
            } else {
              link.insertBefore(new Text("docs/" + link.getDestination().replace("../", "")));
              link.unlink();
            }
          }
        });
  }

  private static String words(Heading heading) {
    return children(heading).stream()
        .map(node -> node instanceof Code code ? code.getLiteral() : ((Text) node).getLiteral())
        .collect(Collectors.joining());
  }

  private static String anchor(String words) {
    return words.toLowerCase(Locale.ROOT).replaceAll("\\W+", "-").replaceAll("-$", "");
  }

  private static List<Node> children(Node parent) {
    List<Node> children = new ArrayList<>();
    for (Node child = parent.getFirstChild(); child != null; child = child.getNext()) {
      children.add(child);
    }
    return children;
  }
}
