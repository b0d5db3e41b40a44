package io.seqwarden.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.seqwarden.docs.Markdown;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Every command of ours that a page shows is one that the command line takes. */
final class CommandLinesTest {

  /** Where a command may begin, and how ours does. */
  private static final Pattern OURS =
      Pattern.compile(
          "(?:^\\s*|[|;&] *|\\bdo |\\bif |\\$\\()(?:java @\\S+ -jar \\S*seqwarden\\.jar|seqwarden)"
              + " ([^|;&>]+)");

  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");
  private static final Pattern OPTION = Pattern.compile("(?<=[\\s(\\[]|^)--?[a-z][a-z-]*");

  private record Shown(Markdown.Block block, String arguments) {
    @Override
    public String toString() {
      return block + " " + arguments;
    }
  }

  static Stream<Shown> pasted() {
    return Markdown.all().stream()
        .flatMap(page -> page.blocks("sh").stream())
        .flatMap(
            block ->
                block.commands().stream()
                    .flatMap(line -> OURS.matcher(line).results())
                    .map(found -> new Shown(block, found.group(1).strip()))
                    // The body of a function that passes on what it is given.
                    .filter(shown -> !shown.arguments().startsWith("\"$@\"")));
  }

  @ParameterizedTest
  @MethodSource("pasted")
  void isParsed(Shown shown) {
    String[] words =
        WORD.matcher(shown.arguments())
            .results()
            .map(CommandLinesTest::firstOf)
            .toArray(String[]::new);
    assertThatCode(() -> Main.commandLine().parseArgs(words)).doesNotThrowAnyException();
  }

  private static String firstOf(MatchResult found) {
    for (int group = 1; group <= found.groupCount(); group++) {
      if (found.group(group) != null) {
        return found.group(group);
      }
    }
    throw new AssertionError(found.group());
  }

  /** Sentences leave out what the reader knows: their options have to exist. */
  @Test
  void thoseInSentencesHaveSuchOptions() {
    List<String> wrong = new ArrayList<>();
    int seen = 0;
    for (Markdown page : Markdown.all()) {
      for (String quoted : page.quoted()) {
        if (quoted.startsWith("seqwarden ") && !quoted.contains("/")) {
          seen++;
          wrong.addAll(unknown(page, quoted.substring("seqwarden ".length())));
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(15);
  }

  /** The table of commands in the README, whose first column has no program in front. */
  @Test
  void theReadmeListsEveryCommand() {
    Markdown readme = Markdown.of("README.md");
    List<String> listed =
        readme
            .text()
            .lines()
            .dropWhile(line -> !line.startsWith("| command | does |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .map(line -> line.split(" \\| ", -1)[0])
            .flatMap(cell -> Arrays.stream(cell.split("`", -1)))
            .filter(text -> text.matches("[a-z].*"))
            .toList();
    Set<String> all = Main.commandLine().getSubcommands().keySet();
    assertThat(listed.stream().map(command -> command.split(" ", -1)[0]).distinct())
        .containsExactlyInAnyOrderElementsOf(all);
    assertThat(listed).allSatisfy(text -> assertThat(unknown(readme, text)).isEmpty());
  }

  private static List<String> unknown(Markdown page, String text) {
    CommandLine command = Main.commandLine();
    for (String word : text.split(" ", -1)) {
      CommandLine below = command.getSubcommands().get(word);
      if (below == null) {
        break;
      }
      command = below;
    }
    List<String> unknown = new ArrayList<>();
    if (command.getParent() == null && !text.startsWith("--")) {
      unknown.add(page.path() + ": no such command: " + text);
    }
    Matcher option = OPTION.matcher(text);
    while (option.find()) {
      if (command.getCommandSpec().findOption(option.group()) == null) {
        unknown.add(page.path() + ": no such option: " + text + ": " + option.group());
      }
    }
    return unknown;
  }
}
