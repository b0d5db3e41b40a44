package io.seqwarden.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The chart as Helm renders it.
 *
 * @param folder a test's own
 * @param objects by kind
 */
record RenderedChart(Path folder, Map<String, JsonNode> objects) {

  private static final YAMLMapper YAML = new YAMLMapper();

  /** With these values, every document of Helm's output parsed. */
  static RenderedChart of(Path folder, String values) throws IOException {
    Path file = folder.resolve("values.yaml");
    Files.writeString(file, values);
    String rendered =
        new Helm(Path.of("helm/seqwarden"))
            .template()
            .withName("release")
            .withValuesFile(file)
            .call();
    Map<String, JsonNode> objects = new LinkedHashMap<>();
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(rendered)) {
      while (documents.hasNext()) {
        JsonNode object = documents.next();
        assertThat(object.path("apiVersion").asText()).isNotEmpty();
        assertThat(objects.put(object.path("kind").asText(), object)).isNull();
      }
    }
    return new RenderedChart(folder, objects);
  }

  JsonNode object(String kind) {
    return Objects.requireNonNull(objects.get(kind), kind);
  }

  JsonNode pod() {
    return object("Deployment").at("/spec/template/spec");
  }

  /** Lays the files out as the Pod's volume does, and loads the configuration from there. */
  Configuration configuration(Map<String, String> environment) throws IOException {
    Path mounted = Files.createTempDirectory(folder, "mounted");
    for (JsonNode source : pod().at("/volumes/0/projected/sources")) {
      for (JsonNode item : source.findValue("items")) {
        Path file = mounted.resolve(item.get("path").asText());
        Files.createDirectories(file.getParent());
        Files.writeString(file, content(source, item));
      }
    }
    Loaded loaded = ConfigurationLoader.load(mounted.resolve("seqwarden.conf"), environment);
    assertThat(loaded).isInstanceOf(Loaded.Valid.class);
    return ((Loaded.Valid) loaded).configuration();
  }

  private String content(JsonNode source, JsonNode item) {
    return source.has("configMap")
        ? object("ConfigMap").get("data").get(item.get("key").asText()).asText()
        : "of " + item.get("path").asText() + "\n";
  }
}
