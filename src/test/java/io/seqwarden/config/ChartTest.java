package io.seqwarden.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.seqwarden.drift.Bounds;
import io.seqwarden.postgres.Secret;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
import org.junit.jupiter.params.provider.CsvSource;

/** The chart by Helm itself, and its configuration by our own loader. */
final class ChartTest {
  private static final Path CHART = Path.of("helm/seqwarden");
  private static final YAMLMapper YAML = new YAMLMapper();

  private static final String SMALLEST =
      """
      token: { secretName: seqwarden-token }
      databases:
        app: { url: "jdbc:postgresql://db:5432/app" }
      """;

  private static final String FULL =
      """
      token: { secretName: seqwarden-token, key: bearer }
      metrics: { maxSequences: 50 }
      connections: { total: 5 }
      databaseDefaults:
        user: watch
        every: 1m
        passwordSecret: { name: shared }
      databases:
        app:
          url: "jdbc:postgresql://db:5432/app"
          passwordSecret: { name: app-db, key: pw }
          cron: "0 0/5 * * * ?"
          full-every: 1h
          mode: heal
          guard: ensure
          connections: 3
          include: ["public.*"]
          exclude: ["public.tmp_*"]
          sequences:
            - { table: public.ticket, column: id, heal: true, guard: false, allocation: pooled,
                range: [1, "9223372036854775807"] }
          limits: { used-ratio: 0.8, max-jump-ratio: 0.1, lock-timeout: 1s, statement-timeout: 10s,
                    unindexed: scan, unindexed-max-pages: 1000000 }
          events: { keep: 7d, max-rows: 1000000, in-database: false }
          sync-execute: [web]
        other.db:
          url: "jdbc:postgresql://db:5432/other"
      extraEnv: [{ name: TZ, value: UTC }]
      image: { repository: registry.example.org/seqwarden, tag: "1.2" }
      imagePullSecrets: [{ name: pull }]
      fullnameOverride: warden
      serviceAccount: { name: watcher, annotations: { a: b } }
      service: { type: NodePort, port: 80, annotations: { c: d } }
      runAsUser: 4711
      podAnnotations: { e: f }
      podLabels: { g: h }
      nodeSelector: { disk: ssd }
      tolerations: [{ operator: Exists }]
      affinity: { nodeAffinity: {} }
      """;

  @TempDir Path directory;

  @Test
  void lintsStrictly() {
    LintResult result = new Helm(CHART).lint().strict().call();
    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  /** Lint takes no values, so that a copy of the chart gets them as its own. */
  @Test
  void lintsStrictlyWithValues() throws IOException {
    Path copy = copyOfTheChart();
    String values = Files.readString(copy.resolve("values.yaml"));
    Files.writeString(
        copy.resolve("values.yaml"),
        values
            .replace("databases: {}", "databases: { app: { url: \"jdbc:postgresql:app\" } }")
            .replace("secretName: \"\"", "secretName: t"));
    LintResult result = new Helm(copy).lint().strict().call();
    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  @Test
  void rendersEachObject() throws IOException {
    assertThat(render(SMALLEST).keySet())
        .containsExactlyInAnyOrder(
            "ServiceAccount",
            "ConfigMap",
            "Service",
            "Deployment",
            "NetworkPolicy",
            "PodDisruptionBudget");
  }

  @Test
  void smallestConfigurationRuns() throws IOException {
    Configuration configuration = configuration(render(SMALLEST));
    assertThat(configuration.http().host()).isEqualTo("0.0.0.0");
    assertThat(configuration.http().port()).isEqualTo(8787);
    assertThat(configuration.http().token().orElseThrow().matches("of token")).isTrue();
    assertThat(configuration.databases()).hasSize(1);
    DatabaseSettings app = configuration.databases().get(0);
    assertThat(app.mode()).isEqualTo(Mode.OBSERVE);
    assertThat(app.guard()).isEqualTo(GuardMode.OFF);
    assertThat(app.connection().password()).isEmpty();
  }

  @Test
  void fullConfigurationRuns() throws IOException {
    Configuration configuration = configuration(render(FULL));
    assertThat(configuration.metrics().maxSequences()).isEqualTo(50);
    assertThat(configuration.connectionsTotal()).isEqualTo(5);
    DatabaseSettings app = configuration.databases().get(0);
    DatabaseSettings other = configuration.databases().get(1);
    assertThat(app.connection().user()).contains("watch");
    assertThat(app.connection().password().map(Secret::reveal))
        .contains("of passwords/database-app");
    assertThat(app.schedule()).isEqualTo(new Schedule.Cron("0 0/5 * * * ?"));
    assertThat(app.mode()).isEqualTo(Mode.HEAL);
    assertThat(app.guard()).isEqualTo(GuardMode.ENSURE);
    assertThat(app.catalog().include()).containsExactly("public.*");
    assertThat(app.catalog().explicit().get(0).policy().range())
        .contains(Bounds.of(1, Long.MAX_VALUE));
    assertThat(app.catalog().unindexedMaxPages()).isEqualTo(1_000_000);
    assertThat(app.events().maxRows()).isEqualTo(1_000_000);
    assertThat(other.name()).isEqualTo("other.db");
    assertThat(other.schedule()).isEqualTo(new Schedule.Every(Duration.ofMinutes(1)));
    assertThat(other.connection().password().map(Secret::reveal)).contains("of passwords/defaults");
  }

  @Test
  void podIsConfined() throws IOException {
    JsonNode pod = pod(render(SMALLEST));
    JsonNode container = pod.at("/containers/0");

    assertThat(pod.get("securityContext"))
        .isEqualTo(
            YAML.readTree(
                """
                runAsNonRoot: true
                runAsUser: 10001
                runAsGroup: 10001
                fsGroup: 10001
                seccompProfile: { type: RuntimeDefault }
                """));
    assertThat(container.get("securityContext"))
        .isEqualTo(
            YAML.readTree(
                """
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities: { drop: [ALL] }
                """));
    assertThat(pod.get("automountServiceAccountToken").asBoolean(true)).isFalse();
    assertThat(container.get("volumeMounts"))
        .isEqualTo(
            YAML.readTree(
                """
                - { name: configuration, mountPath: /etc/seqwarden, readOnly: true }
                - { name: tmp, mountPath: /tmp }
                """));
  }

  @Test
  void containerStartsAndIsProbed() throws IOException {
    JsonNode container = pod(render(SMALLEST)).at("/containers/0");
    List<String> started = new ArrayList<>();
    container.get("command").forEach(word -> started.add(word.asText()));
    container.get("args").forEach(word -> started.add(word.asText()));

    assertThat(String.join(" ", started))
        .isEqualTo(
            "java @/app/jvm.options -jar /app/seqwarden.jar run -c /etc/seqwarden/seqwarden.conf");
    assertThat(container.at("/startupProbe/httpGet/path").asText()).isEqualTo("/livez");
    assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/livez");
    assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/readyz");
    assertThat(container.at("/ports/0/name").asText()).isEqualTo("http");
    assertThat(container.at("/ports/0/containerPort").asInt()).isEqualTo(8787);
    assertThat(container.at("/resources/limits/memory").asText()).isEqualTo("256Mi");
  }

  @Test
  void serviceFindsThePod() throws IOException {
    Map<String, JsonNode> objects = render(FULL);
    JsonNode labels = object(objects, "Deployment").at("/spec/template/metadata/labels");
    JsonNode service = object(objects, "Service");
    assertThat(service.at("/metadata/name").asText()).isEqualTo("warden");
    assertThat(service.at("/spec/type").asText()).isEqualTo("NodePort");
    assertThat(service.at("/spec/ports/0/port").asInt()).isEqualTo(80);
    assertThat(service.at("/spec/ports/0/targetPort").asText()).isEqualTo("http");
    service
        .at("/spec/selector")
        .properties()
        .forEach(each -> assertThat(labels.get(each.getKey())).isEqualTo(each.getValue()));
    assertThat(object(objects, "Deployment").at("/spec/selector/matchLabels"))
        .isEqualTo(service.at("/spec/selector"));
  }

  @Test
  void valuesReachThePod() throws IOException {
    JsonNode pod = pod(render(FULL));
    assertThat(pod.at("/containers/0/image").asText())
        .isEqualTo("registry.example.org/seqwarden:1.2");
    assertThat(pod.at("/serviceAccountName").asText()).isEqualTo("watcher");
    assertThat(pod.at("/imagePullSecrets/0/name").asText()).isEqualTo("pull");
    assertThat(pod.at("/containers/0/env/1/name").asText()).isEqualTo("TZ");
    assertThat(pod.at("/securityContext/runAsUser").asInt()).isEqualTo(4711);
    assertThat(pod.at("/nodeSelector/disk").asText()).isEqualTo("ssd");
    assertThat(pod.at("/tolerations/0/operator").asText()).isEqualTo("Exists");
    assertThat(pod.at("/affinity/nodeAffinity").isObject()).isTrue();
  }

  @Test
  void platformMayAssignTheUser() throws IOException {
    JsonNode context = pod(render(SMALLEST + "runAsUser: null\n")).get("securityContext");
    assertThat(context)
        .isEqualTo(
            YAML.readTree("{ runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }"));
  }

  @Test
  void digestGoesBeforeTheTag() throws IOException {
    String digest = "sha256:" + "0a".repeat(32);
    JsonNode pod = pod(render(SMALLEST + "image: { tag: x, digest: \"" + digest + "\" }\n"));
    assertThat(pod.at("/containers/0/image").asText()).isEqualTo("seqwarden@" + digest);
  }

  @Test
  void changedConfigurationStartsANewPod() throws IOException {
    String checksum = "/spec/template/metadata/annotations/checksum~1config";
    JsonNode before = object(render(SMALLEST), "Deployment").at(checksum);
    JsonNode same = object(render(SMALLEST), "Deployment").at(checksum);
    JsonNode after =
        object(render(SMALLEST + "connections: { total: 7 }\n"), "Deployment").at(checksum);
    assertThat(before.asText()).hasSize(64).isEqualTo(same.asText()).isNotEqualTo(after.asText());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          databases: {}                         | databases is empty: give at least one, such as --set databases.app.url=jdbc:postgresql://host:5432/app
          databases: { app: { mode: heal } }    | databases.app.url is missing: give its JDBC URL, such as jdbc:postgresql://host:5432/app
          token: { secretName: "" }             | token.secretName is empty: the Pod listens on an address that others reach, and seqwarden does not start there without a token.
          databases: { app: { mode: heel } }    | /databases/app/mode
          databases: { app: { every: 30 } }     | /databases/app/every
          databases: { app: { fullEvery: 5m } } | fullEvery
          databases: { app: { password: x } }   | password
          databases: { app: { url: "jdbc:postgresql:a?password=x" } } | /databases/app/url
          databases: { app: { limits: { used-ratio: 1.5 } } } | /databases/app/limits/used-ratio
          databases: { "a/b": { url: "jdbc:postgresql:a" } } | a/b
          service: { port: 70000 }              | /service/port
          service: { prot: 80 }                 | prot
          runAsUser: 0                          | /runAsUser
          replicas: 2                           | replicas
          log: { format: xml }                  | /log/format
          tls: { secret: x }                    | secret
          networkPolicy: { from: everybody }    | /networkPolicy/from
          podDisruptionBudget: { maxUnavailable: some } | /podDisruptionBudget/maxUnavailable
          serviceMonitor: { interval: 30 }      | /serviceMonitor/interval
          prometheusRule: { enabled: yes please } | /prometheusRule/enabled
          image: { digest: latest }             | /image/digest
          """)
  void wrongValuesAreRefused(String line, String named) throws IOException {
    String values =
        Stream.of(SMALLEST.replaceAll("(?m)^databases:\n  app: (.*)$", "databases: { app: $1 }"))
                .flatMap(String::lines)
                .filter(other -> !other.startsWith(line.substring(0, line.indexOf(':') + 1)))
                .reduce("", (all, each) -> all + each + "\n")
            + line
            + "\n";
    assertThatThrownBy(() -> render(values)).hasMessageContaining(named);
  }

  @Test
  void readmeListsEveryValue() throws IOException {
    Set<String> leaves = new TreeSet<>();
    collect("", YAML.readTree(Files.readString(CHART.resolve("values.yaml"))), leaves);
    String readme = Files.readString(CHART.resolve("README.md"));
    assertThat(leaves).isNotEmpty().allMatch(value -> readme.contains("`" + value + "`"));
  }

  private static void collect(String prefix, JsonNode node, Set<String> into) {
    node.properties()
        .forEach(
            each -> {
              String path = prefix + each.getKey();
              if (each.getValue().isObject() && !each.getValue().isEmpty()) {
                collect(path + ".", each.getValue(), into);
              } else {
                into.add(path);
              }
            });
  }

  private Map<String, JsonNode> render(String values) throws IOException {
    return RenderedChart.of(directory, values).objects();
  }

  private static JsonNode pod(Map<String, JsonNode> objects) {
    return object(objects, "Deployment").at("/spec/template/spec");
  }

  private static JsonNode object(Map<String, JsonNode> objects, String kind) {
    return Objects.requireNonNull(objects.get(kind), kind);
  }

  private Configuration configuration(Map<String, JsonNode> objects) throws IOException {
    return new RenderedChart(directory, objects).configuration(Map.of());
  }

  private Path copyOfTheChart() throws IOException {
    Path copy = directory.resolve("seqwarden");
    try (Stream<Path> files = Files.walk(CHART)) {
      for (Path each : files.toList()) {
        Files.copy(each, copy.resolve(CHART.relativize(each).toString()));
      }
    }
    return copy;
  }
}
