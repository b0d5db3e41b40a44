package io.seqwarden.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.app.RunningDaemon;
import io.seqwarden.testing.PostgresServers;
import io.seqwarden.testing.PrivateServer;
import io.seqwarden.testing.SessionWatch;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many more databases than connections, and one among them whose host says nothing. */
final class ManyDatabasesTest {

  private static final int DATABASES = 30;
  private static final int CONNECTIONS = 4;

  private static String database(String name, String url) {
    return "%s { url = \"%s?user=postgres\", every = 3s, mode = heal }\n".formatted(name, url);
  }

  @Test
  void allAreSweptOverFewConnectionsBesideADeadHost(@TempDir Path folder) throws Exception {
    try (PrivateServer server = PrivateServer.start(PostgresServers.newest(), Map.of());
        // Whom nobody accepts is connected all the same, and never answered.
        ServerSocket dead = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      server.execute("postgres", "create database app0");
      server.execute(
          "app0",
          "create table ticket (id bigserial primary key)",
          "insert into ticket select generate_series(1, 10)");
      for (int i = 1; i < DATABASES; i++) {
        server.execute("postgres", "create database app%d template app0".formatted(i));
      }
      String databases =
          database("dead", "jdbc:postgresql://127.0.0.1:%d/app".formatted(dead.getLocalPort()))
              + IntStream.range(0, DATABASES)
                  .mapToObj(i -> database("app" + i, server.jdbcUrl("app" + i)))
                  .collect(Collectors.joining());
      try (SessionWatch sessions = SessionWatch.of(server);
          RunningDaemon daemon =
              RunningDaemon.start(
                  folder, "connections { total = %d }".formatted(CONNECTIONS), databases)) {
        await()
            .atMost(Duration.ofMinutes(2))
            .until(() -> fewestSweeps(daemon) >= 3 && daemon.metric(failed("dead")) >= 1);

        for (int i = 0; i < DATABASES; i++) {
          assertThat(daemon.metric(failed("app" + i))).as("failed sweeps of app%d", i).isZero();
        }
        assertThat(sessions.most()).isBetween(2, CONNECTIONS);
      }
    }
  }

  private static String failed(String database) {
    return "seqwarden_sweeps_total{database=\"%s\",outcome=\"failed\"}".formatted(database);
  }

  private static double fewestSweeps(RunningDaemon daemon) {
    return daemon
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.matches("seqwarden_sweeps_total\\{database=\"app.*outcome=\"ok\".*"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .min()
        .orElse(0);
  }
}
