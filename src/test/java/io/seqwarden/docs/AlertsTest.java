package io.seqwarden.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.seqwarden.app.RunningDaemon;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.Program;
import io.seqwarden.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The rules for Prometheus and the dashboard for Grafana, by the real programs where they are. */
@ExtendWith(PostgresExtension.class)
final class AlertsTest {

  private static final Path RULES = Path.of("conf/prometheus/seqwarden.rules.yaml");
  private static final Path CASES =
      Path.of("src/test/resources/prometheus/seqwarden.rules.test.yaml");
  private static final Path DASHBOARD = Path.of("conf/grafana/seqwarden.json");
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:seqwarden|hikaricp|jvm|process|jetty|http)_\\w+");
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private static List<JsonNode> rules() throws IOException {
    List<JsonNode> rules = new ArrayList<>();
    YAML.readTree(Files.readString(RULES)).at("/groups/0/rules").forEach(rules::add);
    return rules;
  }

  @Test
  void promtoolAcceptsTheRules() throws Exception {
    Program.assumeThere("promtool", "prometheus");
    Program.Outcome check = Program.run("promtool", "check", "rules", RULES.toString());
    assertThat(check.exit()).as(check.output()).isZero();
  }

  @Test
  void eachAlertFiresAndIsSilentAsItsCasesSay() throws Exception {
    Program.assumeThere("promtool", "prometheus");
    Path cases = folder.resolve("cases.yaml");
    Files.writeString(
        cases, Files.readString(CASES).replace("RULES", RULES.toAbsolutePath().toString()));
    Program.Outcome test = Program.run("promtool", "test", "rules", cases.toString());
    assertThat(test.exit()).as(test.output()).isZero();
  }

  @Test
  void eachAlertHasBothCases() throws IOException {
    JsonNode cases = YAML.readTree(Files.readString(CASES)).get("tests");
    List<String> names = cases.findValuesAsText("name");
    for (JsonNode rule : rules()) {
      String alert = rule.get("alert").asText();
      assertThat(names).contains(alert + " fires", alert + " is silent");
    }
    for (JsonNode one : cases) {
      boolean fires = one.get("name").asText().contains(" fires");
      assertThat(one.at("/alert_rule_test/0/exp_alerts").isEmpty()).isEqualTo(!fires);
    }
  }

  @Test
  void eachAlertLeadsToItsSection() throws IOException {
    String page = Files.readString(Path.of("docs/alerts.md"));
    List<String> sections =
        page.lines().filter(line -> line.startsWith("## ")).map(line -> line.substring(3)).toList();
    List<String> alerts = rules().stream().map(rule -> rule.get("alert").asText()).toList();
    assertThat(sections).containsExactlyElementsOf(alerts);
    for (JsonNode rule : rules()) {
      String alert = rule.get("alert").asText();
      String severity = rule.at("/labels/severity").asText();
      assertThat(severity).isIn("critical", "warning");
      assertThat(page).contains("## " + alert + "\n\n`" + severity + "`");
      // All but the one that fires where there is nothing to count.
      assertThat(rule.at("/annotations/summary").asText().contains("{{ $"))
          .isEqualTo(!alert.equals("SeqwardenAbsent"));
      assertThat(rule.at("/annotations/runbook_url").asText())
          .endsWith("/docs/alerts.md#" + alert.toLowerCase(Locale.ROOT));
    }
  }

  private static String observed(TestDatabase db) {
    return """
        app { url = "%1$s?user=postgres", every = 1s, include = ["public.ticket"] }
        healed { url = "%1$s?user=postgres", every = 1s, mode = heal, exclude = ["public.ticket"]
                 sequences = [{ sequence = "public.kept_id_seq", heal = false }] }
        """
        .formatted(db.jdbcUrl());
  }

  private static void drift(TestDatabase db) throws Exception {
    db.execute(
        "create table kept (id serial primary key)",
        "insert into kept values (7)",
        "create table moved (id serial primary key)",
        "insert into moved values (8)",
        "create table ticket (id serial primary key)",
        "insert into ticket values (50)");
  }

  @Test
  void everyMetricInRulesAndDashboardIsServed(TestDatabase db) throws Exception {
    drift(db);
    Set<String> used = new TreeSet<>();
    for (JsonNode rule : rules()) {
      addMetrics(rule.get("expr").asText(), used);
      addMetrics(rule.at("/annotations/summary").asText(), used);
    }
    JsonNode dashboard = JSON.readTree(Files.readString(DASHBOARD));
    List<String> queries = dashboard.findValuesAsText("expr");
    queries.forEach(query -> addMetrics(query, used));
    dashboard.findValuesAsText("definition").forEach(query -> addMetrics(query, used));
    assertThat(queries).hasSizeGreaterThan(15);
    try (RunningDaemon daemon = RunningDaemon.start(folder, observed(db))) {
      // What takes minutes to appear is on the page of metrics, which another test compares.
      String page = Files.readString(Path.of("docs/metrics.md"));
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                Set<String> served = new TreeSet<>();
                daemon
                    .get("/metrics")
                    .body()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> served.add(line.split("[{ ]", 2)[0]));
                assertThat(used)
                    .allMatch(name -> served.contains(name) || page.contains("`" + name + "`"));
              });
    }
  }

  private static void addMetrics(String query, Set<String> to) {
    Matcher metric = METRIC.matcher(query);
    while (metric.find()) {
      to.add(metric.group());
    }
  }

  @Test
  void realPrometheusScrapesTheDaemonAndAlertsFire(TestDatabase db) throws Exception {
    Program.assumeThere("prometheus", "prometheus");
    drift(db);
    try (RunningDaemon daemon = RunningDaemon.start(folder, observed(db))) {
      Files.writeString(
          folder.resolve("prometheus.yaml"),
          """
          global: { scrape_interval: 1s, evaluation_interval: 1s }
          rule_files: [%s]
          scrape_configs:
            - job_name: seqwarden
              static_configs: [{ targets: ["%s"] }]
          """
              .formatted(RULES.toAbsolutePath(), daemon.page().getAuthority()));
      int port = freePort();
      Process prometheus =
          new ProcessBuilder(
                  "prometheus",
                  "--config.file=" + folder.resolve("prometheus.yaml"),
                  "--storage.tsdb.path=" + folder.resolve("tsdb"),
                  "--web.listen-address=127.0.0.1:" + port)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("prometheus.log").toFile())
              .start();
      try {
        await()
            .atMost(Duration.ofSeconds(90))
            .pollInterval(Duration.ofMillis(500))
            .ignoreExceptions()
            .untilAsserted(
                () ->
                    assertThat(firing(port))
                        .as(Files.readString(folder.resolve("prometheus.log")))
                        .contains(
                            "SeqwardenSequenceRefused: 1 sequences in healed are behind and may"
                                + " not be advanced: the next inserts collide")
                        .anyMatch(
                            alert ->
                                alert.matches(
                                    "SeqwardenSequenceBehind: public.ticket_id_seq in app has been"
                                        + " behind for .*, 50 ids are missing"))
                        .noneMatch(alert -> alert.startsWith("SeqwardenDatabaseDown")));
      } finally {
        prometheus.destroy();
        prometheus.waitFor();
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** What fires, as name and summary. */
  private static List<String> firing(int port) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/alerts"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    List<String> firing = new ArrayList<>();
    for (JsonNode alert : JSON.readTree(answer.body()).at("/data/alerts")) {
      if (alert.get("state").asText().equals("firing")) {
        firing.add(
            alert.at("/labels/alertname").asText()
                + ": "
                + alert.at("/annotations/summary").asText());
      }
    }
    return firing;
  }
}
