package io.seqwarden.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.seqwarden.docs.Markdown;
import io.seqwarden.postgres.Secret;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of {@code helm/seqwarden/README.md}, rendered by Helm and read by seqwarden. */
final class ChartPageTest {

  private static final Markdown PAGE = Markdown.of("helm/seqwarden/README.md");
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Pattern SECRET =
      Pattern.compile("kubectl create secret generic (\\S+) --from-literal=(\\w+)=");

  @TempDir Path folder;

  private static String values(int number) {
    return PAGE.blocks("yaml").get(number).text();
  }

  @Test
  void valuesOfMineRun() throws Exception {
    DatabaseSettings app =
        RenderedChart.of(folder, values(0)).configuration(Map.of()).databases().get(0);
    assertThat(app.name()).isEqualTo("app");
    assertThat(app.mode()).isEqualTo(Mode.HEAL);
    assertThat(app.guard()).isEqualTo(GuardMode.ENSURE);
    assertThat(app.connection().user()).contains("seqwarden");
    assertThat(app.connection().password()).isPresent();
  }

  @Test
  void variablesOfTheEnvironmentAreReplaced() throws Exception {
    ObjectNode both = (ObjectNode) YAML.readTree(values(0));
    both.setAll((ObjectNode) YAML.readTree(values(1)));
    RenderedChart chart = RenderedChart.of(folder, YAML.writeValueAsString(both));

    DatabaseSettings app =
        chart
            .configuration(Map.of("PGHOST", "db.example.org", "APP_PASSWORD", "hunter2"))
            .databases()
            .get(0);

    assertThat(app.connection().url()).isEqualTo("jdbc:postgresql://db.example.org:5432/app");
    assertThat(app.connection().password().map(Secret::reveal)).contains("hunter2");
    assertThat(chart.pod().at("/containers/0/env").findValuesAsText("name"))
        .contains("APP_PASSWORD", "PGHOST");
  }

  /** No cluster is here: what is created has to be what the values name. */
  @Test
  void commandsMakeWhatTheValuesName() throws Exception {
    List<String> commands = PAGE.blocks("sh").get(0).commands();
    JsonNode values = YAML.readTree(values(0));
    List<MatchResult> secrets =
        commands.stream().flatMap(command -> SECRET.matcher(command).results()).toList();

    assertThat(secrets).hasSize(2);
    assertThat(secrets.get(0).group(1)).isEqualTo(values.at("/token/secretName").asText());
    assertThat(secrets.get(0).group(2)).isEqualTo("token");
    assertThat(secrets.get(1).group(1))
        .isEqualTo(values.at("/databases/app/passwordSecret/name").asText());
    assertThat(secrets.get(1).group(2)).isEqualTo("password");
    assertThat(commands.get(2))
        .isEqualTo("helm install seqwarden helm/seqwarden -f values-of-mine.yaml");
    assertThat(values(0)).startsWith("# values-of-mine.yaml\n");
    assertThat(Files.isDirectory(Path.of("helm/seqwarden/templates"))).isTrue();
    assertThat(commands).hasSize(3);
  }
}
