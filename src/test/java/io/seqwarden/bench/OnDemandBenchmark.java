package io.seqwarden.bench;

import io.seqwarden.app.RunningDaemon;
import io.seqwarden.testing.PostgresServers;
import io.seqwarden.testing.PrivateServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long one sync takes at a steady rate of calls, beside what its way there and its way to the
 * database cost alone: a probe that does nothing over the same HTTP server, and three round trips
 * of {@code select 1}, since a sync makes three. Calls are sent when they are due, whether or not
 * those before them were answered, and are timed from when they were due.
 */
class OnDemandBenchmark {

  private static final int RATE = Integer.getInteger("seqwarden.bench.rate", 200);
  private static final int SECONDS = Integer.getInteger("seqwarden.bench.seconds", 20);
  private static final int WARM_UP_S = 15;
  private static final String SYNC = "/api/v1/databases/app/sequences/public.t7_id_seq/sync";

  @FunctionalInterface
  private interface Call {
    CompletableFuture<?> begin();
  }

  @Test
  void oneSequenceThatIsInSync(@TempDir Path folder) throws Exception {
    try (PrivateServer server = PrivateServer.start(PostgresServers.newest(), Map.of())) {
      server.execute("postgres", "create database app");
      server.execute(
          "app",
          "create table t7 (id bigserial primary key)",
          "insert into t7 select nextval('t7_id_seq') from generate_series(1, 1000)");
      String app =
          "app { url = \"%s?user=postgres\", every = 1h, mode = heal }"
              .formatted(server.jdbcUrl("app"));
      try (RunningDaemon daemon = RunningDaemon.start(folder, app);
          Connection session = server.connect("app")) {
        measure(daemon, session);
      }
    }
  }

  private static void measure(RunningDaemon daemon, Connection session) throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpRequest sync = post(daemon.page().resolve(SYNC));
    HttpRequest probe = HttpRequest.newBuilder(daemon.page().resolve("/livez")).build();
    Call syncs = () -> answered(client, sync);
    Call probes = () -> answered(client, probe);
    atRate(syncs, WARM_UP_S);
    atRate(probes, WARM_UP_S / 3);
    List<Double> idle = new ArrayList<>();
    List<Double> calls = new ArrayList<>();
    // In turns, so that what the machine does beside them hits both.
    for (int i = 0; i < SECONDS / 5; i++) {
      idle.addAll(atRate(probes, 5));
      calls.addAll(atRate(syncs, 5));
    }
    List<Double> trips = threeRoundTrips(session);
    List<String> lines = new ArrayList<>();
    lines.add(Results.machine() + ", %d calls a second for %d s".formatted(RATE, SECONDS));
    lines.add("");
    lines.add("| call | p50 | p99 | p99, against the probe |");
    lines.add("|---|---:|---:|---:|");
    lines.add(row("three round trips to the database", trips, idle));
    lines.add(row("`GET /livez`", idle, idle));
    lines.add(row("`POST .../sync`", calls, idle));
    Results.write("on-demand", lines);
  }

  private static String row(String name, List<Double> taken, List<Double> floor) {
    return "| %s | %.2f ms | %.2f ms | %.2f |"
        .formatted(
            name,
            1_000 * Results.percentile(taken, 0.5),
            1_000 * Results.percentile(taken, 0.99),
            Results.percentile(taken, 0.99) / Results.percentile(floor, 0.99));
  }

  private static HttpRequest post(URI uri) {
    return HttpRequest.newBuilder(uri)
        .timeout(Duration.ofSeconds(30))
        .POST(HttpRequest.BodyPublishers.noBody())
        .build();
  }

  private static CompletableFuture<?> answered(HttpClient client, HttpRequest request) {
    return client
        .sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .thenAccept(
            answer -> {
              if (answer.statusCode() != 200) {
                throw new AssertionError(answer.statusCode() + " " + answer.body());
              }
            });
  }

  /** Seconds from when each call was due until it was answered. */
  private static List<Double> atRate(Call call, int seconds) {
    List<CompletableFuture<Double>> answers = new ArrayList<>();
    long begin = System.nanoTime();
    for (int i = 0; i < RATE * seconds; i++) {
      long due = begin + i * 1_000_000_000L / RATE;
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      answers.add(call.begin().thenApply(done -> (System.nanoTime() - due) / 1e9));
    }
    return answers.stream().map(CompletableFuture::join).toList();
  }

  private static List<Double> threeRoundTrips(Connection session) throws Exception {
    List<Double> taken = new ArrayList<>();
    try (PreparedStatement one = session.prepareStatement("select 1")) {
      for (int i = 0; i < RATE * SECONDS; i++) {
        long begin = System.nanoTime();
        for (int trip = 0; trip < 3; trip++) {
          one.execute();
        }
        taken.add((System.nanoTime() - begin) / 1e9);
      }
    }
    return taken;
  }
}
