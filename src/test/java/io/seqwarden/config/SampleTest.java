package io.seqwarden.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.testing.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sample that people start from, as it stands and with each of its examples switched on. */
final class SampleTest {
  private static final Path SAMPLE = Path.of("conf/seqwarden.conf");

  @TempDir Path directory;

  @Test
  void asItStands() {
    Loaded loaded = ConfigurationLoader.load(SAMPLE, Map.of());
    Configuration configuration = ((Loaded.Valid) loaded).configuration();
    assertThat(configuration.databases()).hasSize(1);
    DatabaseSettings app = configuration.databases().get(0);
    assertThat(app.name()).isEqualTo("app");
    assertThat(app.connection().url()).isEqualTo("jdbc:postgresql://localhost:5432/app");
    assertThat(app.mode()).isEqualTo(Mode.HEAL);
    assertThat(app.guard()).isEqualTo(GuardMode.ENSURE);
  }

  @Test
  void hasAnExampleOfEachKey() throws IOException {
    assertThat(examples()).hasSize(19);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void withAnExampleSwitchedOn(Example example) throws Exception {
    if (example.text().contains("tls {")) {
      new Certificates(directory).selfSigned("tls", "DNS:localhost", "ed25519");
    }
    Files.writeString(directory.resolve("secret"), "hunter2");
    List<String> lines = new ArrayList<>(Files.readAllLines(SAMPLE));
    for (int line = example.first(); line <= example.last(); line++) {
      lines.set(line, lines.get(line).replaceFirst("#", ""));
    }
    String text =
        String.join("\n", lines)
            .replaceAll("\"/etc/seqwarden/(tls[.](?:crt|key))\"", "\"" + directory + "/$1\"")
            .replaceAll("\"/etc/seqwarden/[a-z.]+\"", "\"" + directory.resolve("secret") + "\"");
    Path file = directory.resolve("seqwarden.conf");
    Files.writeString(file, text);
    Loaded loaded = ConfigurationLoader.load(file, Map.of("SEQWARDEN_APP_PASSWORD", "hunter2"));
    assertThat(loaded).isInstanceOf(Loaded.Valid.class);
  }

  /** Runs of lines that begin with a # and no space. */
  static Stream<Example> examples() throws IOException {
    List<String> lines = Files.readAllLines(SAMPLE);
    List<Example> found = new ArrayList<>();
    int first = -1;
    for (int line = 0; line <= lines.size(); line++) {
      boolean setting = line < lines.size() && isSetting(lines.get(line), first >= 0);
      if (setting && first < 0) {
        first = line;
      } else if (!setting && first >= 0) {
        found.add(new Example(first, line - 1, lines.get(first).strip()));
        first = -1;
      }
    }
    return found.stream();
  }

  private static boolean isSetting(String line, boolean within) {
    String stripped = line.strip();
    return stripped.matches("#[^ ].*") || (within && stripped.matches("# {2,}.*"));
  }

  /** One example: its first and last line, from 0. */
  record Example(int first, int last, String text) {
    @Override
    public String toString() {
      return text;
    }
  }
}
