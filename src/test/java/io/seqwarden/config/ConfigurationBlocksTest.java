package io.seqwarden.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import io.seqwarden.docs.Markdown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every piece of configuration that a page shows is one that is accepted. */
final class ConfigurationBlocksTest {

  private static final String DATABASE = "seqwarden.databases.app.url = \"jdbc:postgresql:app\"\n";
  private static final Pattern FILE = Pattern.compile("\"/etc/seqwarden/([\\w.-]+)\"");

  /** A key with its block in front, as sentences name them. */
  private static final Pattern KEY =
      Pattern.compile(
          "(?:http|metrics|connections|limits|events)\\.[a-z]+(?:-[a-z]+)*(?:\\.[a-z]+)?");

  @TempDir Path folder;

  static Stream<Markdown.Block> blocks() {
    return Markdown.all().stream().flatMap(page -> page.blocks("hocon").stream());
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void isAccepted(Markdown.Block block) throws IOException {
    Files.writeString(folder.resolve("secret"), "hunter2");
    Path file = folder.resolve("seqwarden.conf");
    String text = FILE.matcher(block.text()).replaceAll("secret");
    boolean whole = text.startsWith("seqwarden");
    boolean watches = whole && text.contains("databases");
    Files.writeString(
        file,
        whole
            ? (watches ? "" : DATABASE) + text
            : DATABASE + "seqwarden.databases.app {\n" + text + "}\n");

    Loaded loaded = ConfigurationLoader.load(file, Map.of());

    assertThat(loaded instanceof Loaded.Invalid invalid ? invalid.problems() : List.of()).isEmpty();
  }

  @Test
  void keysInSentencesExist() {
    Config reference = Hocon.reference().getConfig("seqwarden");
    List<String> unknown = new ArrayList<>();
    int known = 0;
    for (Markdown page : Markdown.all()) {
      for (String quoted : page.quoted()) {
        String key = quoted.replaceFirst(" = .*", "");
        if (KEY.matcher(key).matches()) {
          known++;
          if (!reference.hasPathOrNull(key)
              && !reference.hasPathOrNull("database-defaults." + key)) {
            unknown.add(page.path() + " names " + key);
          }
        }
      }
    }
    assertThat(unknown).isEmpty();
    assertThat(known).isGreaterThan(50);
  }
}
