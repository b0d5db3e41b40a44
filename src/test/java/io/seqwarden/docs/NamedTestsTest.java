package io.seqwarden.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the pages name as the proof of a promise is there. */
class NamedTestsTest {

  private static final Path TESTS = Path.of("src/test/java");

  /** {@code SomeTest} or {@code SomeTest.method}, between backquotes. */
  private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))(?:\\.(\\w+))?`");

  @Test
  void everyTestThatAPageNamesExists() throws IOException {
    List<String> missing = new ArrayList<>();
    int named = 0;
    for (Path page : pages()) {
      Matcher matcher = NAMED.matcher(Files.readString(page));
      while (matcher.find()) {
        named++;
        if (!exists(matcher.group(1), matcher.group(2))) {
          missing.add(page + " names " + matcher.group());
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(named).isGreaterThan(20);
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> top = Files.list(Path.of("."));
        Stream<Path> docs = Files.walk(Path.of("docs"))) {
      return Stream.concat(top, docs).filter(page -> page.toString().endsWith(".md")).toList();
    }
  }

  private static boolean exists(String test, @Nullable String method) throws IOException {
    try (Stream<Path> files = Files.walk(TESTS)) {
      List<Path> found = files.filter(file -> file.endsWith(test + ".java")).toList();
      return found.size() == 1
          && (method == null || Files.readString(found.get(0)).contains(" " + method + "("));
    }
  }
}
