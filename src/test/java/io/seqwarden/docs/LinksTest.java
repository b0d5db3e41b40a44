package io.seqwarden.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every link of the pages to a file or a heading leads there. */
final class LinksTest {

  @Test
  void eachLeadsSomewhere() {
    List<String> broken = new ArrayList<>();
    int followed = 0;
    for (Markdown page : Markdown.all()) {
      for (String link : page.links()) {
        if (!link.contains("://") && !link.startsWith("mailto:")) {
          followed++;
          if (!leads(page, link)) {
            broken.add(page.path() + " links to " + link);
          }
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(followed).isGreaterThan(150);
  }

  private static boolean leads(Markdown page, String link) {
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target = file.isEmpty() ? page.path() : page.path().resolveSibling(file).normalize();
    return Files.exists(target)
        && (hash < 0 || new Markdown(target).anchors().contains(link.substring(hash + 1)));
  }

  /** A page that no other page leads to is read by nobody. */
  @Test
  void eachPageIsLinked() {
    List<Path> linked = new ArrayList<>();
    for (Markdown page : Markdown.all()) {
      for (String link : page.links()) {
        linked.add(page.path().resolveSibling(link.replaceFirst("#.*", "")).normalize());
      }
    }
    assertThat(Markdown.all().stream().map(Markdown::path))
        .filteredOn(page -> !page.equals(Path.of("README.md")))
        .allMatch(linked::contains);
  }
}
