package io.seqwarden.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.seqwarden.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/metrics.md} tells Prometheus; what is served another test compares. */
final class MetricsPageTest {

  @TempDir Path folder;

  private static String example() {
    List<Markdown.Block> examples = Markdown.of("docs/metrics.md").blocks("yaml");
    assertThat(examples).hasSize(1);
    return examples.get(0).text();
  }

  @Test
  void isYamlThatNamesATargetAndItsToken() throws IOException {
    JsonNode scrape = new YAMLMapper().readTree(example()).at("/scrape_configs/0");
    assertThat(scrape.at("/static_configs/0/targets/0").asText()).endsWith(":8787");
    assertThat(scrape.at("/authorization/credentials_file").asText()).isNotEmpty();
  }

  @Test
  void isAcceptedByPrometheus() throws Exception {
    Program.assumeThere("promtool", "prometheus");
    Path token = Files.writeString(folder.resolve("token"), "s3cret");
    Path file = folder.resolve("prometheus.yaml");
    Files.writeString(file, example().replace("/etc/prometheus/seqwarden-token", token.toString()));
    Program.Outcome check = Program.run("promtool", "check", "config", file.toString());
    assertThat(check.exit()).as(check.output()).isZero();
  }
}
