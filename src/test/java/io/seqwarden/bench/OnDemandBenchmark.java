package io.seqwarden.bench;

import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.testing.ManyTables;
import io.seqwarden.testing.PackagedDaemon;
import io.seqwarden.testing.PostgresServers;
import io.seqwarden.testing.PrivateServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long one sync takes at a steady rate of calls, beside what its way there and its way to the
 * database cost alone: a probe that does nothing over the same HTTP server, and {@code select 1},
 * since a sync makes one round trip. Calls are sent when they are due, whether or not those before
 * them were answered, and are timed from when they were due.
 */
class OnDemandBenchmark {

  private static final int RATE = Integer.getInteger("seqwarden.bench.rate", 200);
  private static final int SECONDS = Integer.getInteger("seqwarden.bench.seconds", 20);
  private static final int WARM_UP_S = 30;
  private static final String PROBE = "GET /livez";
  private static final String SYNC = "POST /api/v1/databases/app/sequences/public.t7_id_seq/sync";
  private static final String SYNC_TABLE = "POST /api/v1/databases/app/tables/public.t7/sync";

  /** Of which one is called for. */
  private static final int TABLES = Integer.getInteger("seqwarden.bench.tables", 5_000);

  private static final Pattern HEAD =
      Pattern.compile(
          "^HTTP/1.1 (\\d+) .*?Content-Length: (\\d+)\r\n(?:.*?\r\n)?\r\n", Pattern.DOTALL);

  /** As plain as can be: they run beside what they measure. */
  private static final int CALLERS = 8;

  @Test
  void oneSequenceThatIsInSync(@TempDir Path folder) throws Exception {
    assumeThat(PackagedDaemon.isPackaged()).as("target/seqwarden.jar: mvn package").isTrue();
    try (PrivateServer server = PrivateServer.start(PostgresServers.newest(), Map.of())) {
      server.execute("postgres", "create database app");
      server.execute(
          "app",
          ManyTables.create(TABLES),
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
    List<Double> idle = new ArrayList<>();
    List<Double> calls = new ArrayList<>();
    List<Double> byTable = new ArrayList<>();
    await().atMost(Duration.ofMinutes(5)).until(() -> daemon.get("/readyz").statusCode() == 200);
    try (Callers callers = new Callers(daemon.page())) {
      callers.call(SYNC, WARM_UP_S);
      callers.call(PROBE, WARM_UP_S / 3);
      // In turns, so that what the machine does beside them hits both.
      for (int i = 0; i < SECONDS / 5; i++) {
        idle.addAll(callers.call(PROBE, 5));
        calls.addAll(callers.call(SYNC, 5));
        byTable.addAll(callers.call(SYNC_TABLE, 5));
      }
    }
    List<Double> trips = roundTrips(session);
    List<String> lines = new ArrayList<>();
    lines.add(
        Results.machine()
            + ", %d calls a second for %d s, %d sequences".formatted(RATE, SECONDS, TABLES));
    lines.add("");
    lines.add("| call | p50 | p99 | p99, against the probe |");
    lines.add("|---|---:|---:|---:|");
    lines.add(row("one round trip to the database", trips, idle));
    lines.add(row("`GET /livez`", idle, idle));
    lines.add(row("`POST .../sequences/{sequence}/sync`", calls, idle));
    lines.add(row("`POST .../tables/{table}/sync`", byTable, idle));
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

  /** Callers, each with a connection that it keeps. */
  private static final class Callers implements AutoCloseable {
    private final URI server;
    private final List<Socket> sockets = new ArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(CALLERS);

    Callers(URI server) throws IOException {
      this.server = server;
      for (int i = 0; i < CALLERS; i++) {
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.setTcpNoDelay(true);
        sockets.add(socket);
      }
    }

    /** Seconds from when each call was due until it was answered. */
    List<Double> call(String route, int seconds) throws Exception {
      byte[] request =
          "%s HTTP/1.1\r\nHost: %s\r\nContent-Length: 0\r\n\r\n"
              .formatted(route, server.getAuthority())
              .getBytes(StandardCharsets.US_ASCII);
      long begin = System.nanoTime();
      List<Future<List<Double>>> answers = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        int first = caller;
        answers.add(threads.submit(() -> ofOne(first, request, begin, RATE * seconds)));
      }
      List<Double> taken = new ArrayList<>();
      for (Future<List<Double>> answer : answers) {
        taken.addAll(answer.get());
      }
      return taken;
    }

    private List<Double> ofOne(int caller, byte[] request, long begin, int calls)
        throws IOException {
      List<Double> taken = new ArrayList<>();
      Socket socket = sockets.get(caller);
      for (int call = caller; call < calls; call += CALLERS) {
        long due = begin + call * 1_000_000_000L / RATE;
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        socket.getOutputStream().write(request);
        expectOk(socket.getInputStream());
        taken.add((System.nanoTime() - due) / 1e9);
      }
      return taken;
    }

    @Override
    public void close() throws IOException {
      threads.shutdownNow();
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  /** Reads one answer to its end. */
  private static void expectOk(InputStream answers) throws IOException {
    byte[] bytes = new byte[16_384];
    int size = 0;
    int end = Integer.MAX_VALUE;
    while (size < end) {
      int more = answers.read(bytes, size, bytes.length - size);
      if (more < 0) {
        throw new IOException("the connection was closed in an answer");
      }
      size += more;
      Matcher head = HEAD.matcher(new String(bytes, 0, size, StandardCharsets.ISO_8859_1));
      if (head.find()) {
        end = head.end() + Integer.parseInt(head.group(2));
        if (!head.group(1).equals("200")) {
          throw new IOException(head.group());
        }
      }
    }
  }

  private static List<Double> roundTrips(Connection session) throws Exception {
    List<Double> taken = new ArrayList<>();
    try (PreparedStatement one = session.prepareStatement("select 1")) {
      for (int i = 0; i < RATE * SECONDS; i++) {
        long begin = System.nanoTime();
        one.execute();
        taken.add((System.nanoTime() - begin) / 1e9);
      }
    }
    return taken;
  }
}
