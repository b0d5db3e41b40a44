package io.seqwarden.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.app.RunningDaemon;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What strangers send, over sockets of their own, to the daemon as it is run. */
@ExtendWith(PostgresExtension.class)
final class HttpFloodTest {

  private static final int CALLS = 1_000;
  private static final long HEAP_SLACK_BYTES = 24L << 20;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
  private static final String SYNC =
      "POST /api/v1/databases/app/tables/public.ticket/sync HTTP/1.1\r\nHost: localhost\r\n";
  private static final String CLOSE = "Connection: close\r\n\r\n";

  private static final List<String> MALFORMED =
      List.of(
          "GET /api/v1/databases/app/sequences/public%2Fticket_id_seq HTTP/1.1\r\nHost: localhost\r\n",
          "GET /api/v1/databases/app/sequences/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: localhost\r\n",
          "GET /api/v1/databases/app/sequences/public.%00ticket HTTP/1.1\r\nHost: localhost\r\n",
          "GET /api/v1/databases/app/sequences/public.%c0%af HTTP/1.1\r\nHost: localhost\r\n",
          "GET /api/v1/databases/app/sequences/public.%e0%80%af HTTP/1.1\r\nHost: localhost\r\n",
          "GET /api/v1/sequences?q=%00 HTTP/1.1\r\nHost: localhost\r\n",
          "GET /api/v1/sequences?q=%ff%fe HTTP/1.1\r\nHost: localhost\r\n",
          "GET /api/v1/sequences?after=%22%27%3b-- HTTP/1.1\r\nHost: localhost\r\n",
          "GET /api/v1/events?limit=99999999999999999999 HTTP/1.1\r\nHost: localhost\r\n",
          "POST /api/v1/databases/app/tables/%2e%2e/sync HTTP/1.1\r\nHost: localhost\r\n",
          "POST /api/v1/databases/app/tables/public.%22/sync HTTP/1.1\r\nHost: localhost\r\n",
          "POST /api/v1/databases/app/tables/public.%00/sync HTTP/1.1\r\nHost: localhost\r\n",
          "POST /api/v1/databases/%00/sync HTTP/1.1\r\nHost: localhost\r\n",
          "BREW /pot HTCPCP/1.0\r\n",
          "GET //////// HTTP/1.1\r\nHost: localhost\r\n",
          "GET /" + "a/".repeat(8_000) + " HTTP/1.1\r\nHost: localhost\r\n",
          "GET /livez HTTP/1.1\r\nHost: localhost\r\nX: " + "y".repeat(60_000) + "\r\n",
          "GET /livez HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, gzip\r\n",
          "POST /api/v1/databases/app/sync HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n",
          "\u0000\u0000\u0000\u0008\u0004\u00d2\u0016/",
          "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003");

  private static RunningDaemon daemon(TestDatabase db, Path folder) throws Exception {
    db.execute("create table ticket (id bigserial primary key)");
    RunningDaemon daemon =
        RunningDaemon.start(folder, RunningDaemon.database("app", db.jdbcUrl() + "?user=postgres"));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> daemon.metric("seqwarden_sweeps_total{database=\"app\",outcome=\"ok\"}") > 0);
    return daemon;
  }

  private static Socket connect(RunningDaemon daemon) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), daemon.page().getPort());
    socket.setSoTimeout(60_000);
    return socket;
  }

  /** What is answered to these bytes by a client that then says no more. */
  private static String answer(RunningDaemon daemon, byte[] request) throws IOException {
    try (Socket socket = connect(daemon)) {
      try {
        socket.getOutputStream().write(request);
        socket.shutdownOutput();
      } catch (IOException e) {
        // Refused before all of it was sent.
      }
      return readToEnd(socket);
    }
  }

  private static String readToEnd(Socket socket) {
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[8_192];
    try {
      InputStream in = socket.getInputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        text.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      // Reset after the answer, since the request was not read to its end.
    }
    return text.toString();
  }

  private static List<Integer> statuses(String answer) {
    return STATUS
        .matcher(answer)
        .results()
        .map(result -> Integer.valueOf(result.group(1)))
        .toList();
  }

  /** The heap's use after a collection, the least of several. */
  private static long heap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  private static long httpThreads() {
    return Leftovers.threads().stream().filter(name -> name.startsWith("http-")).count();
  }

  @Test
  void malformedRequestsAreRefusedAndLeaveNothing(TestDatabase db, @TempDir Path folder)
      throws Exception {
    try (RunningDaemon daemon = daemon(db, folder)) {
      malformed(daemon, new Random(1), 50);
      double files = daemon.metric("process_files_open_files");
      assertThat(files).as("the gauge is there").isPositive();
      long heap = heap();

      malformed(daemon, new Random(2), 1_000);

      assertThat(heap()).isLessThan(heap + HEAP_SLACK_BYTES);
      await()
          .atMost(Duration.ofSeconds(45))
          .until(() -> daemon.metric("process_files_open_files") < files + 20);
      assertThat(httpThreads()).isLessThanOrEqualTo(24);
      assertThat(daemon.get("/readyz").statusCode()).isEqualTo(200);
    }
    Leftovers.none(db);
  }

  private static void malformed(RunningDaemon daemon, Random random, int noises)
      throws IOException {
    for (String request : MALFORMED) {
      String answer = answer(daemon, (request + CLOSE).getBytes(StandardCharsets.ISO_8859_1));
      assertThat(statuses(answer))
          .as(request.substring(0, Math.min(request.length(), 80)))
          .allSatisfy(
              status ->
                  assertThat(status == 505 || (status >= 200 && status < 500))
                      .as("%d", status)
                      .isTrue());
    }
    for (int i = 0; i < noises; i++) {
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      assertThat(statuses(answer(daemon, noise)))
          .allSatisfy(status -> assertThat(status).isIn(400, 414, 431, 505));
    }
  }

  @Test
  void requestsInOneGoAreAnsweredInOrderAndAHalfClosedClientToo(
      TestDatabase db, @TempDir Path folder) throws Exception {
    try (RunningDaemon daemon = daemon(db, folder)) {
      String one = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
      String missing = "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n";

      String answers =
          answer(
              daemon,
              (one.repeat(50) + missing + SYNC + CLOSE).getBytes(StandardCharsets.US_ASCII));

      List<Integer> statuses = statuses(answers);
      assertThat(statuses).hasSize(52);
      assertThat(statuses.subList(0, 50)).containsOnly(200);
      assertThat(statuses.subList(50, 52)).containsExactly(404, 200);
      assertThat(answers).endsWith("\"state\":\"in_sync\"}");
    }
  }

  @Test
  void aThousandCallsAtOnceAreAnsweredBesideAsManySlowClients(TestDatabase db, @TempDir Path folder)
      throws Exception {
    try (RunningDaemon daemon = daemon(db, folder)) {
      db.execute("set seqwarden.guard = off; insert into ticket values (100)");
      calls(daemon, 50);
      long heap = heap();
      List<Socket> slow = new ArrayList<>();
      try {
        for (int i = 0; i < CALLS; i++) {
          Socket socket = connect(daemon);
          socket.getOutputStream().write(SYNC.getBytes(StandardCharsets.US_ASCII));
          slow.add(socket);
        }

        calls(daemon, CALLS);

        assertThat(httpThreads()).isLessThanOrEqualTo(24);
        assertThat(daemon.get("/livez").statusCode()).isEqualTo(200);
      } finally {
        for (Socket socket : slow) {
          socket.close();
        }
      }
      assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("100");
      assertThat(daemon.json("/api/v1/events").get("events")).hasSize(1);
      assertThat(heap()).isLessThan(heap + HEAP_SLACK_BYTES);
    }
    Leftovers.none(db);
  }

  /** All are connected before any of them is answered. */
  private static void calls(RunningDaemon daemon, int count) throws Exception {
    List<Socket> sockets = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(connect(daemon));
      }
      for (Socket socket : sockets) {
        socket.getOutputStream().write((SYNC + CLOSE).getBytes(StandardCharsets.US_ASCII));
      }
      List<Callable<String>> reads = new ArrayList<>();
      sockets.forEach(socket -> reads.add(() -> readToEnd(socket)));
      for (Future<String> answer : threads.invokeAll(reads)) {
        assertThat(answer.get()).startsWith("HTTP/1.1 200 ").contains("\"state\":\"in_sync\"");
      }
    } finally {
      threads.shutdownNow();
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }
}
