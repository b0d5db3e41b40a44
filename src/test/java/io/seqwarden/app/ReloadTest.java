package io.seqwarden.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A configuration that is read again while the daemon runs. */
@ExtendWith(PostgresExtension.class)
final class ReloadTest {

  private static final String SEQUENCE = "public.ticket_id_seq";
  private static final String READ = "seqwarden_config_last_reload_successful";
  private static final String READ_AT = "seqwarden_config_last_reload_success_timestamp_seconds";

  @TempDir Path folder;

  private static String database(String name, TestDatabase db, String more) {
    return "%s { url = \"%s?user=postgres\", every = 1s, mode = heal %s }\n"
        .formatted(name, db.jdbcUrl(), more.isEmpty() ? "" : ", " + more);
  }

  private static void drift(TestDatabase db) throws Exception {
    db.execute("create table ticket (id serial primary key)", "insert into ticket values (50)");
  }

  private static TestDatabase another(TestDatabase beside) throws Exception {
    TestDatabase shop = TestDatabase.create(beside.major(), "shop");
    drift(shop);
    return shop;
  }

  private static void awaitInSync(RunningDaemon daemon, String database) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                daemon.metric(
                        "seqwarden_sequences{database=\"%s\",state=\"in_sync\"}"
                            .formatted(database))
                    == 1);
  }

  private static double advances(RunningDaemon daemon, String database, String source) {
    return daemon.metric(
        "seqwarden_advances_total{database=\"%s\",sequence=\"%s\",source=\"%s\"}"
            .formatted(database, SEQUENCE, source));
  }

  private static String sessions(TestDatabase db) throws Exception {
    return db.one(
        "select coalesce(string_agg(pid::text, ',' order by pid), '') from pg_stat_activity"
            + " where datname = current_database() and application_name = 'seqwarden'");
  }

  private static List<String> names(JsonNode answer, String key) {
    List<String> names = new ArrayList<>();
    answer.get(key).forEach(name -> names.add(name.asText()));
    return names;
  }

  private static JsonNode reloaded(RunningDaemon daemon) {
    HttpResponse<String> answer = daemon.post("/-/reload");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return daemon.json(answer);
  }

  @Test
  void unchangedDatabaseKeepsItsConnectionsAndCounters(TestDatabase app) throws Exception {
    drift(app);
    String unchanged = database("app", app, "");
    try (TestDatabase shop = another(app);
        RunningDaemon daemon =
            RunningDaemon.start(folder, unchanged + database("shop", shop, ""))) {
      awaitInSync(daemon, "app");
      awaitInSync(daemon, "shop");
      String before = sessions(app);
      String beforeInShop = sessions(shop);

      daemon.rewrite(RunningDaemon.OPEN, unchanged + database("shop", shop, "connections = 1"));
      JsonNode answer = reloaded(daemon);

      assertThat(names(answer, "unchanged")).containsExactly("app");
      assertThat(names(answer, "changed")).containsExactly("shop");
      assertThat(names(answer, "added")).isEmpty();
      assertThat(names(answer, "removed")).isEmpty();
      assertThat(names(answer, "restart")).isEmpty();
      assertThat(sessions(app)).isEqualTo(before).isNotEmpty();
      awaitInSync(daemon, "shop");
      await().until(() -> !sessions(shop).isEmpty() && !sessions(shop).equals(beforeInShop));
      assertThat(advances(daemon, "app", "sweep")).isEqualTo(1);
      assertThat(advances(daemon, "shop", "sweep")).isEqualTo(1);
      assertThat(daemon.metric("hikaricp_connections_max{pool=\"seqwarden-app\"}")).isEqualTo(2);
      assertThat(daemon.metric("hikaricp_connections_max{pool=\"seqwarden-shop\"}")).isEqualTo(1);
    }
  }

  @Test
  void eventsOfAChangedDatabaseComeOnce(TestDatabase app) throws Exception {
    drift(app);
    try (RunningDaemon daemon =
        RunningDaemon.start(folder, database("app", app, "guard = ensure"))) {
      await().until(() -> daemon.metric("seqwarden_sequence_guarded" + labels()) == 1);
      app.execute("insert into ticket values (90)");
      await().until(() -> advances(daemon, "app", "guard") == 1);
      int events = daemon.json("/api/v1/events").get("events").size();

      for (int i = 1; i <= 3; i++) {
        daemon.rewrite(
            RunningDaemon.OPEN,
            database("app", app, "guard = ensure, full-every = %dm".formatted(i)));
        assertThat(names(reloaded(daemon), "changed")).containsExactly("app");
        assertThat(daemon.post("/api/v1/databases/app/sync").statusCode()).isEqualTo(200);
      }

      assertThat(daemon.json("/api/v1/events").get("events")).hasSize(events);
      assertThat(advances(daemon, "app", "guard")).isEqualTo(1);
      app.execute("insert into ticket values (120)");
      await().until(() -> advances(daemon, "app", "guard") == 2);
    }
  }

  private static String labels() {
    return "{database=\"app\",sequence=\"" + SEQUENCE + "\"}";
  }

  @Test
  void addedDatabaseIsSweptAndRemovedOneLosesItsSeries(TestDatabase app) throws Exception {
    drift(app);
    try (TestDatabase shop = another(app);
        RunningDaemon daemon = RunningDaemon.start(folder, database("app", app, ""))) {
      awaitInSync(daemon, "app");

      daemon.rewrite(RunningDaemon.OPEN, database("shop", shop, ""));
      JsonNode answer = reloaded(daemon);

      assertThat(names(answer, "added")).containsExactly("shop");
      assertThat(names(answer, "removed")).containsExactly("app");
      awaitInSync(daemon, "shop");
      assertThat(daemon.get("/metrics").body())
          .doesNotContain("database=\"app\"")
          .doesNotContain("pool=\"seqwarden-app\"");
      assertThat(sessions(app)).isEmpty();
      assertThat(daemon.get("/api/v1/databases/app/sequences/" + SEQUENCE).statusCode())
          .isEqualTo(404);
      assertThat(daemon.json("/api/v1/sequences").findValuesAsText("database"))
          .containsExactly("shop");
      // Who looks back later finds what was done there.
      assertThat(daemon.json("/api/v1/events").findValuesAsText("database")).contains("app");
    }
  }

  @Test
  void invalidFileChangesNothingAndSaysAllThatIsWrong(TestDatabase app) throws Exception {
    drift(app);
    try (RunningDaemon daemon = RunningDaemon.start(folder, database("app", app, ""))) {
      awaitInSync(daemon, "app");
      String before = sessions(app);
      double at = daemon.metric(READ_AT);
      assertThat(daemon.metric(READ)).isEqualTo(1);
      assertThat(at).isPositive();

      daemon.rewrite(
          RunningDaemon.OPEN,
          database("app", app, "evry = 3s, guard = sometimes, password = geheim"));
      HttpResponse<String> refused = daemon.post("/-/reload");

      assertThat(refused.statusCode()).isEqualTo(422);
      assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
      JsonNode problem = daemon.json(refused);
      assertThat(problem.get("detail").asText())
          .isEqualTo("The configuration is invalid, and nothing was changed: 2 problems.");
      assertThat(problem.get("problems").findValuesAsText("path"))
          .containsExactlyInAnyOrder(
              "seqwarden.databases.app.evry", "seqwarden.databases.app.guard");
      assertThat(problem.at("/problems/0/line").asInt()).isPositive();
      assertThat(refused.body()).doesNotContain("geheim");
      assertThat(daemon.metric(READ)).isZero();
      assertThat(daemon.metric(READ_AT)).isEqualTo(at);
      assertThat(sessions(app)).isEqualTo(before);

      daemon.rewrite(RunningDaemon.OPEN, database("app", app, ""));
      assertThat(names(reloaded(daemon), "unchanged")).containsExactly("app");
      assertThat(daemon.metric(READ)).isEqualTo(1);
      assertThat(daemon.metric(READ_AT)).isGreaterThan(at);
    }
  }

  @Test
  void nothingIsWrittenByTheOldSettingsOnceItHasAnswered(TestDatabase app) throws Exception {
    drift(app);
    try (RunningDaemon daemon = RunningDaemon.start(folder, database("app", app, ""))) {
      awaitInSync(daemon, "app");
      daemon.rewrite(
          RunningDaemon.OPEN, database("app", app, "").replace("mode = heal", "mode = observe"));
      reloaded(daemon);
      app.execute("insert into ticket values (500)");

      await()
          .until(
              () -> daemon.metric("seqwarden_sequences{database=\"app\",state=\"behind\"}") == 1);

      assertThat(app.one("select last_value from ticket_id_seq")).isNotEqualTo("500");
      assertThat(advances(daemon, "app", "sweep")).isEqualTo(1);
    }
  }

  @Test
  void pauseOutlivesAChange(TestDatabase app) throws Exception {
    drift(app);
    try (RunningDaemon daemon = RunningDaemon.start(folder, database("app", app, ""))) {
      awaitInSync(daemon, "app");
      assertThat(daemon.post("/api/v1/databases/app/pause").statusCode()).isEqualTo(200);
      daemon.rewrite(RunningDaemon.OPEN, database("app", app, "full-every = 1m"));
      reloaded(daemon);

      assertThat(daemon.metric("seqwarden_database_paused{database=\"app\"}")).isEqualTo(1);
      HttpResponse<String> sync = daemon.post("/api/v1/databases/app/tables/public.ticket/sync");
      assertThat(sync.statusCode()).as(sync.body()).isEqualTo(503);
    }
  }

  @Test
  void tokenIsReplacedAndTheAddressStays(TestDatabase app) throws Exception {
    Files.writeString(folder.resolve("token"), "first");
    Files.writeString(folder.resolve("other"), "second");
    try (RunningDaemon daemon =
        RunningDaemon.startWith(folder, "port = 0, token-file = token", database("app", app, ""))) {
      daemon.rewrite("host = \"0.0.0.0\", port = 9, token-file = other", database("app", app, ""));
      assertThat(daemon.post("/-/reload").statusCode()).isEqualTo(401);

      HttpResponse<String> answer = daemon.post("/-/reload", "first");

      assertThat(names(daemon.json(answer), "restart")).containsExactly("http.host", "http.port");
      assertThat(daemon.post("/-/reload", "first").statusCode()).isEqualTo(401);
      assertThat(daemon.post("/-/reload", "second").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void listenerThatOthersReachIsNeverOpened(TestDatabase app) throws Exception {
    Files.writeString(folder.resolve("token"), "first");
    try (RunningDaemon daemon =
        RunningDaemon.startWith(
            folder, "host = \"0.0.0.0\", port = 0, token-file = token", database("app", app, ""))) {
      daemon.rewrite("port = 0, anonymous-sync = true", database("app", app, ""));

      HttpResponse<String> answer = daemon.post("/-/reload", "first");

      assertThat(names(daemon.json(answer), "restart")).contains("http.host", "http.token-file");
      assertThat(daemon.post("/-/reload").statusCode()).isEqualTo(401);
      assertThat(daemon.get("/api/v1/databases").statusCode()).isEqualTo(401);
    }
  }

  /** Each sync moves the sequence past an id of its own, so that one that was lost would show. */
  @Test
  void reloadsBesideSyncsLoseNone(TestDatabase app) throws Exception {
    drift(app);
    try (RunningDaemon daemon = RunningDaemon.start(folder, database("app", app, ""));
        Workers workers = new Workers()) {
      awaitInSync(daemon, "app");
      List<CompletableFuture<Integer>> syncs =
          workers.run(
              4,
              i -> {
                app.execute("insert into ticket values (%d)".formatted(1_000 + i));
                return daemon.post("/api/v1/databases/app/tables/public.ticket/sync").statusCode();
              },
              60);
      List<CompletableFuture<Integer>> reloads =
          workers.run(
              3,
              i -> {
                synchronized (this) {
                  daemon.rewrite(
                      RunningDaemon.OPEN,
                      database("app", app, "connections = %d".formatted(2 + i % 3)));
                }
                return daemon.post("/-/reload").statusCode();
              },
              15);

      assertThat(syncs)
          .allSatisfy(sync -> assertThat(sync.get(60, TimeUnit.SECONDS)).isEqualTo(200));
      // A file that is read while another writes it may be invalid; that is told and no harm.
      assertThat(reloads)
          .allSatisfy(reload -> assertThat(reload.get(60, TimeUnit.SECONDS)).isIn(200, 422))
          .anySatisfy(reload -> assertThat(reload.get()).isEqualTo(200));
      awaitInSync(daemon, "app");
      app.execute("insert into ticket select from generate_series(1, 3)");
      assertThat(Integer.parseInt(app.one("select max(id) from ticket"))).isGreaterThan(1_059);
    }
  }

  @Test
  void connectionsAreBoundedAnew(TestDatabase app) throws Exception {
    drift(app);
    try (RunningDaemon daemon = RunningDaemon.start(folder, database("app", app, ""))) {
      awaitInSync(daemon, "app");
      Files.writeString(
          folder.resolve("seqwarden.conf"),
          "seqwarden { http { %s }, connections.total = 1, metrics.max-sequences = 0\n"
                  .formatted(RunningDaemon.OPEN)
              + "databases { %s } }".formatted(database("app", app, "connections = 1")));
      reloaded(daemon);

      awaitInSync(daemon, "app");
      await().until(() -> sessions(app).matches("\\d+"));
      assertThat(daemon.get("/metrics").body()).doesNotContain("seqwarden_sequence_gap{");
    }
  }

  @Test
  void stopDuringReloadsIsOrderly(TestDatabase app) throws Exception {
    drift(app);
    RunningDaemon daemon = RunningDaemon.start(folder, database("app", app, ""));
    try (Workers workers = new Workers()) {
      awaitInSync(daemon, "app");
      workers.run(
          2,
          i -> {
            daemon.rewrite(
                RunningDaemon.OPEN, database("app", app, "connections = %d".formatted(2 + i % 3)));
            return daemon.post("/-/reload").statusCode();
          },
          20);
      daemon.close();
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> sessions(app).isEmpty());
  }

  /** Threads that do one thing many times, some of them at once. */
  private static final class Workers implements AutoCloseable {
    private final List<ExecutorService> executors = new ArrayList<>();

    /** What is done the nth time. */
    private interface Work {
      int run(int n) throws Exception;
    }

    List<CompletableFuture<Integer>> run(int threads, Work work, int times) {
      ExecutorService executor = Executors.newFixedThreadPool(threads);
      executors.add(executor);
      return IntStream.range(0, times)
          .mapToObj(n -> CompletableFuture.supplyAsync(() -> done(work, n), executor))
          .toList();
    }

    private static int done(Work work, int n) {
      try {
        return work.run(n);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      executors.forEach(ExecutorService::shutdownNow);
    }
  }
}
