package io.seqwarden.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.seqwarden.drift.Bounds;
import io.seqwarden.postgres.Secret;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.testing.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every variant of the chart in ci/, by Helm itself, as Kubernetes reads it and as we do. */
final class ChartVariantsTest {

  private static final Path CHART = Path.of("helm/seqwarden");
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Map<String, String> ENVIRONMENT =
      Map.of("DB_HOST", "postgres.data.svc", "APP_PASSWORD", "hunter2");

  private static final Map<String, Class<?>> KINDS =
      Map.of(
          "apps/v1 Deployment", Deployment.class,
          "v1 ConfigMap", ConfigMap.class,
          "v1 Service", Service.class,
          "v1 ServiceAccount", ServiceAccount.class,
          "networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class,
          "policy/v1 PodDisruptionBudget", PodDisruptionBudget.class,
          "monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class,
          "monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class);

  /** The models swallow what they do not know, unless told that they have nothing to swallow it. */
  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              });

  @TempDir Path folder;

  static Stream<Path> variants() throws IOException {
    try (Stream<Path> files = Files.list(CHART.resolve("ci"))) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void lintsStrictly(Path variant) throws IOException {
    assertThat(variant.getFileName().toString()).endsWith("-values.yaml");
    Path copy = folder.resolve("seqwarden");
    try (Stream<Path> files = Files.walk(CHART)) {
      for (Path each : files.toList()) {
        Files.copy(each, copy.resolve(CHART.relativize(each).toString()));
      }
    }
    // Lint takes no values, so that a copy of the chart gets them as its own.
    JsonNode values = YAML.readTree(Files.readString(CHART.resolve("values.yaml")));
    merge((ObjectNode) values, YAML.readTree(Files.readString(variant)));
    Files.writeString(copy.resolve("values.yaml"), YAML.writeValueAsString(values));
    LintResult result = new Helm(copy).lint().strict().call();
    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  private static void merge(ObjectNode into, JsonNode from) {
    from.properties()
        .forEach(
            each -> {
              if (into.get(each.getKey()) instanceof ObjectNode below
                  && each.getValue().isObject()) {
                merge(below, each.getValue());
              } else {
                into.set(each.getKey(), each.getValue());
              }
            });
  }

  @ParameterizedTest
  @MethodSource("variants")
  void everyManifestIsReadStrictly(Path variant) throws IOException {
    List<JsonNode> objects = render(variant);
    assertThat(objects).hasSizeGreaterThanOrEqualTo(3);
    for (JsonNode object : objects) {
      assertThat(readStrictly(object)).isNotNull();
      assertThat(object.at("/metadata/name").asText()).isNotEmpty();
    }
  }

  private static Object readStrictly(JsonNode object) throws JsonProcessingException {
    String kind = object.get("apiVersion").asText() + " " + object.get("kind").asText();
    return STRICT.treeToValue(object, Objects.requireNonNull(KINDS.get(kind), kind));
  }

  @Test
  void unknownFieldIsMet() throws IOException {
    for (JsonNode object : render(CHART.resolve("ci/tls-values.yaml"))) {
      ObjectNode wrong = object.deepCopy();
      if (wrong.get("spec") instanceof ObjectNode spec) {
        spec.put("replicaz", 1);
        assertThatThrownBy(() -> readStrictly(wrong)).hasMessageContaining("replicaz");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void configurationIsLoadedByTheProductItself(Path variant) throws Exception {
    Configuration configuration = configuration(render(variant));
    assertThat(configuration.databases()).isNotEmpty();
    assertThat(configuration.http().token()).isPresent();
    boolean tls = variant.getFileName().toString().startsWith("tls");
    assertThat(configuration.http().tls().isPresent()).isEqualTo(tls);
  }

  @Test
  void variantsAreAllThatTheChartHas() throws IOException {
    Set<String> kinds = new TreeSet<>();
    for (Path variant : variants().toList()) {
      render(variant)
          .forEach(o -> kinds.add(o.get("apiVersion").asText() + " " + o.get("kind").asText()));
    }
    assertThat(kinds).containsExactlyInAnyOrderElementsOf(KINDS.keySet());
  }

  @Test
  void environmentReachesTheConfiguration() throws Exception {
    List<JsonNode> objects = render(CHART.resolve("ci/environment-values.yaml"));
    DatabaseSettings app = configuration(objects).databases().get(0);
    assertThat(app.connection().url()).isEqualTo("jdbc:postgresql://postgres.data.svc:5432/app");
    assertThat(app.connection().password().map(Secret::reveal)).contains("hunter2");
    assertThat(objects.toString()).doesNotContain("hunter2");
    JsonNode environment = of(objects, "Deployment").at("/spec/template/spec/containers/0/env");
    assertThat(environment.findValuesAsText("name"))
        .containsExactly("SEQWARDEN_LOG_FORMAT", "APP_PASSWORD", "app-db", "DB_HOST");
  }

  @Test
  void healedDatabasesGetTheirSecrets() throws Exception {
    Configuration configuration = configuration(render(CHART.resolve("ci/heal-values.yaml")));
    DatabaseSettings app = configuration.databases().get(0);
    assertThat(app.connection().password().map(Secret::reveal))
        .contains("of passwords/database-app");
    assertThat(app.catalog().explicit().get(0).policy().range())
        .contains(Bounds.of(1, Long.MAX_VALUE));
    assertThat(configuration.databases().get(1).connection().password().map(Secret::reveal))
        .contains("of passwords/defaults");
  }

  @Test
  void monitoringIsThatOfTheRepository() throws IOException {
    List<JsonNode> objects = render(CHART.resolve("ci/monitoring-values.yaml"));
    JsonNode rules = YAML.readTree(Path.of("conf/prometheus/seqwarden.rules.yaml").toFile());
    assertThat(of(objects, "PrometheusRule").get("spec")).isEqualTo(rules);
    assertThat(of(objects, "PrometheusRule").at("/metadata/labels/release").asText())
        .isEqualTo("prometheus");
    JsonNode dashboard =
        objects.stream()
            .filter(o -> o.at("/metadata/name").asText().endsWith("-dashboard"))
            .findFirst()
            .orElseThrow();
    assertThat(YAML.readTree(dashboard.at("/data/seqwarden.json").asText()))
        .isEqualTo(YAML.readTree(Path.of("conf/grafana/seqwarden.json").toFile()));
    JsonNode endpoint = of(objects, "ServiceMonitor").at("/spec/endpoints/0");
    assertThat(endpoint.get("port").asText()).isEqualTo("http");
    assertThat(endpoint.at("/authorization/credentials/name").asText())
        .isEqualTo("seqwarden-token");
  }

  @Test
  void tlsIsServedProbedAndScraped() throws IOException {
    List<JsonNode> objects = render(CHART.resolve("ci/tls-values.yaml"));
    JsonNode container = of(objects, "Deployment").at("/spec/template/spec/containers/0");
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      assertThat(container.at("/" + probe + "/httpGet/scheme").asText()).isEqualTo("HTTPS");
    }
    JsonNode endpoint = of(objects, "ServiceMonitor").at("/spec/endpoints/0");
    assertThat(endpoint.get("scheme").asText()).isEqualTo("https");
    assertThat(endpoint.at("/tlsConfig/ca/secret/name").asText()).isEqualTo("seqwarden-tls");
    assertThat(endpoint.at("/tlsConfig/serverName").asText())
        .isEqualTo("release-seqwarden.default.svc");
  }

  @Test
  void policyNamesWhoMayCallAndWhatIsReached() throws IOException {
    JsonNode open = of(render(CHART.resolve("ci/minimal-values.yaml")), "NetworkPolicy");
    assertThat(open.at("/spec/policyTypes").toString()).isEqualTo("[\"Ingress\"]");
    JsonNode closed = of(render(CHART.resolve("ci/locked-down-values.yaml")), "NetworkPolicy");
    assertThat(closed.at("/spec/policyTypes").toString()).isEqualTo("[\"Ingress\",\"Egress\"]");
    assertThat(closed.at("/spec/ingress/0/from/0/namespaceSelector").isObject()).isTrue();
    assertThat(closed.at("/spec/egress/1/ports/0/port").asInt()).isEqualTo(5432);
  }

  private static List<JsonNode> render(Path variant) throws IOException {
    String rendered =
        new Helm(CHART)
            .template()
            .withName("release")
            .withNamespace("default")
            .withValuesFile(variant)
            .call();
    List<JsonNode> objects = new ArrayList<>();
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(rendered)) {
      while (documents.hasNext()) {
        objects.add(documents.next());
      }
    }
    return objects;
  }

  private static JsonNode of(List<JsonNode> objects, String kind) {
    return objects.stream()
        .filter(object -> object.get("kind").asText().equals(kind))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind));
  }

  /** Lays the files out as the Pod's volume does, and loads the configuration from there. */
  private Configuration configuration(List<JsonNode> objects) throws Exception {
    Path mounted = Files.createTempDirectory(folder, "mounted");
    JsonNode pod = of(objects, "Deployment").at("/spec/template/spec");
    for (JsonNode source : pod.at("/volumes/0/projected/sources")) {
      for (JsonNode item : source.findValue("items")) {
        Path file = mounted.resolve(item.get("path").asText());
        Files.createDirectories(file.getParent());
        Files.writeString(
            file,
            source.has("configMap")
                ? of(objects, "ConfigMap").at("/data/seqwarden.conf").asText()
                : "of " + item.get("path").asText() + "\n");
      }
    }
    if (Files.exists(mounted.resolve("tls"))) {
      new Certificates(folder).selfSigned("tls", "DNS:localhost", "ed25519");
      for (String name : List.of("tls.crt", "tls.key")) {
        Files.copy(
            folder.resolve(name),
            mounted.resolve("tls").resolve(name),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Loaded loaded = ConfigurationLoader.load(mounted.resolve("seqwarden.conf"), ENVIRONMENT);
    assertThat(loaded).isInstanceOf(Loaded.Valid.class);
    return ((Loaded.Valid) loaded).configuration();
  }
}
