package io.seqwarden.bench;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.seqwarden.testing.PackagedDaemon;
import io.seqwarden.testing.PostgresServers;
import io.seqwarden.testing.PrivateServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

  /** Connections of the client, which is as plain as can be: it runs beside what it measures. */
  private static final int CLIENTS = 8;

  @Test
  void oneSequenceThatIsInSync(@TempDir Path folder) throws Exception {
    assumeThat(PackagedDaemon.isPackaged()).as("target/seqwarden.jar: mvn package").isTrue();
    try (PrivateServer server = PrivateServer.start(PostgresServers.newest(), Map.of())) {
      server.execute("postgres", "create database app");
      server.execute(
          "app",
          "create table t7 (id bigserial primary key)",
          "insert into t7 select nextval('t7_id_seq') from generate_series(1, 1000)");
      String app =
          "databases { app { url = \"%s?user=postgres\", every = 1h, mode = heal } }"
              .formatted(server.jdbcUrl("app"));
      try (PackagedDaemon daemon = PackagedDaemon.start(folder, app);
          Connection session = server.connect("app")) {
        measure(daemon, session);
      }
    }
  }

  private static void measure(PackagedDaemon daemon, Connection session) throws Exception {
    URI sync = daemon.page().resolve(SYNC);
    URI probe = daemon.page().resolve("/livez");
    atRate(sync, "POST", WARM_UP_S);
    atRate(probe, "GET", WARM_UP_S / 3);
    List<Double> idle = new ArrayList<>();
    List<Double> calls = new ArrayList<>();
    // In turns, so that what the machine does beside them hits both.
    for (int i = 0; i < SECONDS / 5; i++) {
      idle.addAll(atRate(probe, "GET", 5));
      calls.addAll(atRate(sync, "POST", 5));
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

  /** Seconds from when each call was due until it was answered. */
  private static List<Double> atRate(URI uri, String method, int seconds) throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      long begin = System.nanoTime();
      List<Future<List<Double>>> answers = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        int first = client;
        answers.add(clients.submit(() -> ofOneClient(uri, method, begin, first, RATE * seconds)));
      }
      List<Double> taken = new ArrayList<>();
      for (Future<List<Double>> answer : answers) {
        taken.addAll(answer.get());
      }
      return taken;
    } finally {
      clients.shutdownNow();
    }
  }

  private static List<Double> ofOneClient(URI uri, String method, long begin, int first, int calls)
      throws IOException {
    List<Double> taken = new ArrayList<>();
    for (int call = first; call < calls; call += CLIENTS) {
      long due = begin + call * 1_000_000_000L / RATE;
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setRequestMethod(method);
      if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
        throw new IOException(uri + " answered " + connection.getResponseCode());
      }
      try (InputStream body = connection.getInputStream()) {
        body.readAllBytes();
      }
      taken.add((System.nanoTime() - due) / 1e9);
    }
    return taken;
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
