package io.seqwarden.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Nothing that a page gives to copy, or shows as an output, is there without a test that runs it.
 * Who adds a block names its test here.
 */
final class EveryBlockTest {

  /** Any number of any language: the test itself fails on a block that it does not run. */
  private static final int ALL = -1;

  private static final List<Owner> OWNERS =
      List.of(
          new Owner("README.md", "sh", 4, "ReadmeTest"),
          new Owner("README.md", "text", 2, "ReadmeTest"),
          new Owner("docs/clients.md", "sql", 1, "ClientsPageTest"),
          new Owner("docs/clients.md", "javascript", 1, "ClientsPageTest"),
          new Owner("docs/clients.md", "python", 1, "ClientsPageTest"),
          new Owner("docs/clients.md", "sh", 1, "ClientsPageTest"),
          new Owner("docs/clients.md", "java", 6, "ClientsPageTest"),
          new Owner("docs/configuration.md", "text", 1, "ConfigurationPageTest"),
          new Owner("docs/configuration.md", "sh", 1, "ConfigurationPageTest"),
          new Owner("docs/configuration.md", "json", 1, "ConfigurationPageTest"),
          new Owner("docs/faq.md", "sql", 1, "FaqPageTest"),
          new Owner("docs/metrics.md", "yaml", 1, "MetricsPageTest"),
          new Owner("docs/operations.md", "", ALL, "OperationsPageTest"),
          new Owner("docs/privileges.md", "sql", 5, "DocsTest"),
          new Owner("docs/restore.md", "", ALL, "RestorePageTest"),
          new Owner("docs/switch-over.md", "", ALL, "SwitchOverPageTest"),
          new Owner("docs/troubleshooting.md", "", ALL, "TroubleshootingPageTest"),
          new Owner("docs/warnings", "", ALL, "WarningsTest"),
          new Owner("helm/seqwarden/README.md", "sh", 1, "ChartPageTest"),
          new Owner("helm/seqwarden/README.md", "yaml", 2, "ChartPageTest"));

  /** A picture, and the outline of a test. */
  private static final Set<String> NOT_RUN = Set.of("ARCHITECTURE.md text", "CONTRIBUTING.md java");

  /**
   * Who runs what.
   *
   * @param page a page, or a folder of pages
   * @param language of the blocks; empty with {@link #ALL}
   */
  private record Owner(String page, String language, int blocks, String test) {

    boolean owns(Markdown.Block block) {
      boolean here =
          block.page().equals(Path.of(page)) || Path.of(page).equals(block.page().getParent());
      return here && (blocks == ALL || block.language().equals(language));
    }
  }

  /** All pieces of configuration and all commands for Maven are tried, on whatever page. */
  private static boolean isTriedAnywhere(Markdown.Block block) {
    return block.language().equals("hocon")
        || (block.language().equals("sh")
            && block.commands().stream().allMatch(line -> line.matches("mvn [^&|;]*")));
  }

  private static Stream<Markdown.Block> blocks() {
    return Markdown.all().stream()
        .flatMap(page -> page.blocks().stream())
        .filter(block -> !isTriedAnywhere(block))
        .filter(block -> !NOT_RUN.contains(block.page() + " " + block.language()));
  }

  @Test
  void eachIsRunByATest() {
    List<String> unknown =
        blocks()
            .filter(block -> OWNERS.stream().noneMatch(owner -> owner.owns(block)))
            .map(block -> block + " " + block.language())
            .toList();
    assertThat(unknown).as("blocks that no test is named for").isEmpty();
  }

  @Test
  void thereAreAsManyAsTheirTestsRun() {
    Map<String, Integer> expected = new TreeMap<>();
    Map<String, Integer> actual = new TreeMap<>();
    for (Owner owner : OWNERS) {
      if (owner.blocks() != ALL) {
        String key = owner.page() + " " + owner.language();
        expected.put(key, owner.blocks());
        actual.put(key, Math.toIntExact(blocks().filter(owner::owns).count()));
      }
    }
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void theTestsAreThereAndReadThePage() throws IOException {
    List<String> missing = new ArrayList<>();
    for (Owner owner : OWNERS) {
      if (blocks().anyMatch(owner::owns) && !source(owner.test()).contains(owner.page())) {
        missing.add(owner.test() + " does not read " + owner.page());
      }
    }
    assertThat(missing).isEmpty();
  }

  /** Without a language nobody can tell what it is. */
  @Test
  void eachHasALanguage() {
    assertThat(
            Markdown.all().stream()
                .flatMap(page -> page.blocks().stream())
                .filter(block -> block.language().isEmpty())
                .map(Markdown.Block::toString)
                .collect(Collectors.toList()))
        .isEmpty();
  }

  private static String source(String test) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      List<Path> found = files.filter(file -> file.endsWith(test + ".java")).toList();
      return found.size() == 1 ? Files.readString(found.get(0)) : "";
    }
  }
}
