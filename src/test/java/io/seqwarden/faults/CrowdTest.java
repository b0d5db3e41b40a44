package io.seqwarden.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.app.RunningDaemon;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A thousand applications meet the same 23505 and all ask for a sync of the same sequence. */
@ExtendWith(PostgresExtension.class)
final class CrowdTest {

  private static final int CALLS = 1_000;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final String SYNC =
      String.join(
          "\r\n",
          "POST /api/v1/databases/app/tables/public.ticket/sync HTTP/1.1",
          "Host: localhost",
          "Connection: close",
          "",
          "");

  /** Each reading looks once for the largest id; a session's counts arrive when it ends. */
  private static final String READINGS =
      "select idx_scan from pg_stat_user_indexes where indexrelname = 'ticket_pkey'";

  private static Socket call(RunningDaemon daemon) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), daemon.page().getPort());
    socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
    socket.getOutputStream().write(SYNC.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static List<String> answers(List<Socket> calls) throws IOException {
    List<String> answers = new ArrayList<>();
    for (Socket call : calls) {
      try (call) {
        answers.add(new String(call.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return answers;
  }

  private static String daemonOver(TestDatabase db) {
    return """
        app {
          url = "%s?user=postgres", every = 1h, mode = heal
          limits { lock-timeout = 60s, statement-timeout = 60s }
        }
        """
        .formatted(db.jdbcUrl());
  }

  @Test
  void aThousandCallsForOneSequenceShareTwoRunsAndAreAllAnswered(
      TestDatabase db, @TempDir Path folder) throws Exception {
    db.execute("create table ticket (id bigserial primary key)");
    try (RunningDaemon daemon = RunningDaemon.start(folder, daemonOver(db));
        Connection holder = db.connect();
        Statement holding = holder.createStatement()) {
      await().atMost(PATIENCE).until(() -> daemon.get("/readyz").statusCode() == 200);
      db.execute("insert into ticket select generate_series(1, 100)");
      // The first run waits for this lock until all others have come.
      holder.setAutoCommit(false);
      holding.execute("lock table ticket in access exclusive mode");

      List<Socket> calls = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        calls.add(call(daemon));
      }
      await()
          .atMost(PATIENCE)
          .until(() -> daemon.metric("jetty_server_requests_open_seconds_count") > CALLS);
      holder.commit();

      assertThat(answers(calls))
          .hasSize(CALLS)
          .allSatisfy(
              answer ->
                  assertThat(answer)
                      .startsWith("HTTP/1.1 200 ")
                      .contains("\"after\":100,", "\"state\":\"in_sync\""));
      assertThat(
              daemon.metric(
                  "seqwarden_advances_total{database=\"app\",sequence=\"public.ticket_id_seq\",source=\"http\"}"))
          .isEqualTo(1);
    }
    Leftovers.none(db);
    // One of the first sweep, two of the run that advanced, and one of the run for all who came
    // while it ran; a third run is allowed for.
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(Integer.parseInt(db.one(READINGS))).isBetween(4, 5));
  }
}
