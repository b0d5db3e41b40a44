package io.seqwarden.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every command for Maven that a page shows names goals, profiles, tests and properties that exist.
 * Running them is what the build itself does.
 */
final class MavenCommandsTest {

  private static final Pattern COMMAND = Pattern.compile("(?:^|&& )mvn ([^&|;]*)");
  private static final Set<String> GOALS =
      Set.of("verify", "package", "test", "spotless:apply", "jib:build", "jib:buildTar");
  private static final Set<String> MAVENS = Set.of("-B", "-q", "-ntp", "-o", "-DskipTests");

  @Test
  void eachIsOneThatMavenTakes() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    String tests = tests();
    List<String> wrong = new ArrayList<>();
    int words = 0;
    for (Markdown page : Markdown.all()) {
      for (String command : commands(page)) {
        for (String word : command.strip().split("\\s+", -1)) {
          words++;
          if (!isKnown(word, pom, tests)) {
            wrong.add(page.path() + ": mvn " + command + ": " + word);
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(words).isGreaterThan(40);
  }

  /** Those in blocks, and those between backquotes. */
  private static List<String> commands(Markdown page) {
    return Stream.concat(
            page.blocks("sh").stream().flatMap(block -> block.commands().stream()),
            page.quoted().stream())
        .flatMap(text -> COMMAND.matcher(text).results())
        .map(found -> found.group(1))
        .toList();
  }

  private static boolean isKnown(String word, String pom, String tests) throws IOException {
    Matcher property = Pattern.compile("-D([\\w.]+)(?:=(.*))?").matcher(word);
    if (MAVENS.contains(word) || GOALS.contains(word)) {
      return true;
    }
    if (word.startsWith("-P")) {
      return pom.contains("<profile>\n      <id>" + word.substring(2) + "</id>");
    }
    if (!property.matches()) {
      return false;
    }
    return property.group(1).equals("test")
        ? isTest(property.group(2))
        : tests.contains(property.group(1)) || pom.contains(property.group(1));
  }

  private static boolean isTest(String name) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      return files.anyMatch(file -> file.endsWith(name + ".java"));
    }
  }

  private static String tests() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }
}
