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
import java.util.stream.Collectors;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * What each warning and reason means and what to do, as {@code docs/warnings.md} says it, which is
 * packed into the jar: the page needs no other site for it, and there is one text.
 */
final class Meanings {

  private static final String WARNINGS_CHAPTER = "Warnings";

  private final HtmlRenderer renderer =
      HtmlRenderer.builder()
          .escapeHtml(true)
          .attributeProviderFactory(
              context ->
                  (node, tag, attributes) -> {
                    if (node instanceof Heading heading) {
                      attributes.put("id", anchor(words(heading)));
                    } else if (node instanceof FencedCodeBlock && tag.equals("pre")) {
                      // What scrolls has to be reachable by the keyboard.
                      attributes.put("tabindex", "0");
                    }
                  })
          .build();

  /** By the heading's words, in the order of the file; two chapters share none. */
  private final Map<String, StatusPage.Meaning> ofWarnings = new LinkedHashMap<>();

  private final Map<String, StatusPage.Meaning> ofReasons = new LinkedHashMap<>();
  private final String html;

  private Meanings(String markdown) {
    Node document = Parser.builder().build().parse(markdown);
    unlink(document);
    List<Node> nodes = children(document);
    String chapter = "";
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i) instanceof Heading heading) {
        if (heading.getLevel() == 1) {
          chapter = words(heading);
        } else {
          int end = i + 1;
          while (end < nodes.size() && !(nodes.get(end) instanceof Heading)) {
            end++;
          }
          StatusPage.Meaning meaning = meaning(heading, nodes.subList(i + 1, end));
          (chapter.equals(WARNINGS_CHAPTER) ? ofWarnings : ofReasons).put(meaning.word(), meaning);
        }
      }
    }
    lower(nodes);
    this.html = renderer.render(document);
  }

  /** Reads the text. */
  static Meanings load() {
    try (InputStream in = Meanings.class.getResourceAsStream("warnings.md")) {
      if (in == null) {
        throw new IllegalStateException("warnings.md is not on the class path");
      }
      return new Meanings(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read warnings.md", e);
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

  /** Before the first block of code stands why, in it how to reproduce it, after it what to do. */
  private StatusPage.Meaning meaning(Heading heading, List<Node> body) {
    int code = 0;
    while (code < body.size() && !(body.get(code) instanceof FencedCodeBlock)) {
      code++;
    }
    String words = words(heading);
    return new StatusPage.Meaning(
        words,
        Links.meaning(anchor(words)),
        rendered(body.subList(0, code)),
        rendered(body.subList(Math.min(code + 1, body.size()), body.size())));
  }

  private String rendered(List<Node> nodes) {
    return nodes.stream().map(renderer::render).collect(Collectors.joining());
  }

  /** The page has a title of its own: chapters stand one below it, sections two. */
  private static void lower(List<Node> nodes) {
    nodes.get(0).unlink();
    nodes.stream()
        .filter(Heading.class::isInstance)
        .map(Heading.class::cast)
        .forEach(heading -> heading.setLevel(heading.getLevel() + 1));
  }

  /** Other pages of the documentation are not served: they are named instead. */
  private static void unlink(Node document) {
    document.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Link link) {
            link.insertBefore(new Text("docs/" + link.getDestination()));
            link.unlink();
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
