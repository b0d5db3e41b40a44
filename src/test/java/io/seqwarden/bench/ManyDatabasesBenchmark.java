package io.seqwarden.bench;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.seqwarden.testing.ManyTables;
import io.seqwarden.testing.PackagedDaemon;
import io.seqwarden.testing.PostgresServers;
import io.seqwarden.testing.PrivateServer;
import io.seqwarden.testing.SessionWatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a round over 300 databases of 20 sequences takes under {@code target/jvm.options}, with
 * a dead host among them, beside a client that connects to each in turn and does nothing else.
 * Needs the jar: {@code mvn package} first.
 */
class ManyDatabasesBenchmark {

  private static final int DATABASES = Integer.getInteger("seqwarden.bench.databases", 300);
  private static final int ROUNDS = Integer.getInteger("seqwarden.bench.rounds", 4);
  private static final int EVERY_S = 30;
  private static final int CONNECTIONS = 16;

  @Test
  void oneRoundOverAllOfThem(@TempDir Path folder) throws Exception {
    assumeThat(PackagedDaemon.isPackaged()).as("target/seqwarden.jar: mvn package").isTrue();
    try (PrivateServer server = PrivateServer.start(PostgresServers.newest(), Map.of());
        ServerSocket dead = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      server.execute("postgres", "create database app0");
      server.execute("app0", ManyTables.create(20));
      for (int i = 1; i < DATABASES; i++) {
        server.execute("postgres", "create database app%d template app0".formatted(i));
      }
      StringBuilder databases = new StringBuilder();
      database(
          databases, "dead", "jdbc:postgresql://127.0.0.1:%d/x".formatted(dead.getLocalPort()));
      for (int i = 0; i < DATABASES; i++) {
        database(databases, "app" + i, server.jdbcUrl("app" + i));
      }
      double connecting = connectToEach(server);
      measure(server, folder, databases.toString(), connecting);
    }
  }

  private static void database(StringBuilder to, String name, String url) {
    to.append(
        "%s { url = \"%s?user=postgres\", every = %ds, mode = heal }\n"
            .formatted(name, url, EVERY_S));
  }

  private static double connectToEach(PrivateServer server) throws Exception {
    long begin = System.nanoTime();
    for (int i = 0; i < DATABASES; i++) {
      try (Connection connection =
              DriverManager.getConnection(server.jdbcUrl("app" + i), "postgres", "");
          Statement statement = connection.createStatement()) {
        statement.execute("select 1");
      }
    }
    return (System.nanoTime() - begin) / 1e9;
  }

  private static void measure(
      PrivateServer server, Path folder, String databases, double connecting) throws Exception {
    List<String> lines = new ArrayList<>();
    lines.add(
        Results.machine() + ", %d databases of 20 sequences, and a dead one".formatted(DATABASES));
    lines.add("");
    lines.add("| what | measured |");
    lines.add("|---|---:|");
    lines.add("| connecting to each in turn, and nothing else | %.1f s |".formatted(connecting));
    try (SessionWatch sessions = SessionWatch.of(server)) {
      double begin = now();
      try (PackagedDaemon daemon =
          PackagedDaemon.start(
              folder,
              "connections { total = %d }\ndatabases {\n%s}".formatted(CONNECTIONS, databases))) {
        lines.add(
            "| first sweeps of all, start included | %.1f s |".formatted(until(daemon, 1) - begin));
        for (int round = 2; round <= ROUNDS; round++) {
          double taken = round(daemon);
          lines.add(
              "| a round, from the first database's to the last one's sweep | %.1f s, %.1f times that |"
                  .formatted(taken, taken / connecting));
        }
        lines.add("| failed sweeps of the others | %d |".formatted(failed(daemon)));
        lines.add(
            "| resident memory | %d MB |"
                .formatted(PackagedDaemon.kilobytes(daemon.pid(), "VmRSS") / 1024));
        lines.add(
            "| the daemon's processor time | %.1f s |".formatted(daemon.cpu().toMillis() / 1e3));
      }
      lines.add("| most sessions at once, of %d | %d |".formatted(CONNECTIONS, sessions.most()));
    }
    Results.write("many-databases", lines);
  }

  private static double now() {
    return System.nanoTime() / 1e9;
  }

  /** Waits until every database was swept so often, and returns when that was. */
  private static double until(PackagedDaemon daemon, long sweeps) throws IOException {
    while (values(daemon, "ok").stream().mapToLong(Long::longValue).min().orElse(0) < sweeps) {
      LockSupport.parkNanos(100_000_000L);
    }
    return now();
  }

  /** All are due at once, and those that come last are the last ones the next time. */
  private static double round(PackagedDaemon daemon) throws IOException {
    List<Long> before = values(daemon, "ok");
    while (values(daemon, "ok").equals(before)) {
      LockSupport.parkNanos(50_000_000L);
    }
    double begin = now();
    while (true) {
      List<Long> after = values(daemon, "ok");
      if (IntStream.range(0, before.size()).allMatch(i -> after.get(i) > before.get(i))) {
        return now() - begin;
      }
      LockSupport.parkNanos(50_000_000L);
    }
  }

  private static List<Long> values(PackagedDaemon daemon, String outcome) throws IOException {
    return daemon
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("seqwarden_sweeps_total{database=\"app"))
        .filter(line -> line.contains("outcome=\"%s\"".formatted(outcome)))
        .map(line -> Math.round(Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))))
        .toList();
  }

  private static long failed(PackagedDaemon daemon) throws IOException {
    return values(daemon, "failed").stream().mapToLong(Long::longValue).sum();
  }
}
