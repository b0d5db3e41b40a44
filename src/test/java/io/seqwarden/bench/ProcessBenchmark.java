package io.seqwarden.bench;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.seqwarden.testing.PackagedDaemon;
import io.seqwarden.testing.PostgresServers;
import io.seqwarden.testing.PrivateServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the packaged daemon needs under {@code target/jvm.options}: start, memory and processor time
 * over an hour's worth of sweeps, its backends' memory, and the answer to a scraper. Needs the jar:
 * {@code mvn package} first.
 */
class ProcessBenchmark {

  private static final int TABLES = Integer.getInteger("seqwarden.bench.tables", 10_000);

  /** An hour of them, 30 s each. */
  private static final int SWEEPS = Integer.getInteger("seqwarden.bench.sweeps", 120);

  /** As fast as it can; a full one now and then, more often than by default. Installs nothing. */
  private static final String SCHEDULE = "every = 1s, full-every = 30s, guard = check";

  /** Five series each, of all, since each has a warning: with the others some 2,000. */
  private static final String METRICS = "metrics { max-sequences = 373 }\n";

  private static final int STARTS = 5;
  private static final int SCRAPES = 50;

  private final List<String> lines = new ArrayList<>();
  private long largestBackend;

  @Test
  void theProcess(@TempDir Path folder) throws Exception {
    assumeThat(PackagedDaemon.isPackaged()).as("target/seqwarden.jar: mvn package").isTrue();
    lines.add(Results.machine() + ", %,d sequences".formatted(TABLES));
    lines.add("");
    lines.add("| what | measured |");
    lines.add("|---|---:|");
    try (PrivateServer server =
        PrivateServer.start(PostgresServers.newest(), Map.of("shared_buffers", "512MB"))) {
      server.execute("postgres", "create database app", "create database small");
      server.execute("small", "create table ticket (id bigserial primary key)");
      server.execute("app", tables(), "vacuum analyze");
      starts(server, folder);
      sweeps(server, folder);
    }
    Results.write("process", lines);
  }

  private void row(String what, String measured) {
    lines.add("| %s | %s |".formatted(what, measured));
  }

  private static String database(PrivateServer server, String name, String more) {
    return "databases { app { url = \"%s?user=postgres\", %s } }"
        .formatted(server.jdbcUrl(name), more);
  }

  private void starts(PrivateServer server, Path folder) throws Exception {
    List<Double> bare = new ArrayList<>();
    List<Double> serving = new ArrayList<>();
    List<Double> checks = new ArrayList<>();
    for (int i = 0; i < STARTS; i++) {
      bare.add(run(List.of(PackagedDaemon.command().get(0), "-version")));
      long begin = System.nanoTime();
      try (PackagedDaemon daemon =
          PackagedDaemon.start(folder, database(server, "small", "every = 1h"))) {
        daemon.get("/livez");
        serving.add((System.nanoTime() - begin) / 1e9);
      }
      checks.add(
          run(
              PackagedDaemon.command(
                  "check", "--url", server.jdbcUrl("small"), "--user", "postgres")));
    }
    double floor = Results.percentile(bare, 0.5);
    row("`java -version`, median of %d".formatted(STARTS), "%.2f s".formatted(floor));
    start("start to first answered request", serving, floor);
    start("`check`, one table", checks, floor);
  }

  private void start(String what, List<Double> taken, double floor) {
    double median = Results.percentile(taken, 0.5);
    row(what, "%.2f s, %.1f times that".formatted(median, median / floor));
  }

  private static double run(List<String> command) throws Exception {
    long begin = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
      throw new AssertionError(command + " ended with " + process.exitValue());
    }
    return (System.nanoTime() - begin) / 1e9;
  }

  private void sweeps(PrivateServer server, Path folder) throws Exception {
    try (PackagedDaemon daemon =
            PackagedDaemon.start(folder, METRICS + database(server, "app", SCHEDULE));
        Connection connection = server.connect("app")) {
      until(daemon, connection, 10);
      long early = PackagedDaemon.kilobytes(daemon.pid(), "VmRSS");
      double cpu = daemon.cpu().toMillis() / 1e3;
      until(daemon, connection, SWEEPS);
      double each = (daemon.cpu().toMillis() / 1e3 - cpu) / (SWEEPS - 10);
      long late = PackagedDaemon.kilobytes(daemon.pid(), "VmRSS");
      row("resident memory after 10 sweeps", "%d MB".formatted(early / 1024));
      row("after %d".formatted(SWEEPS), "%d MB".formatted(late / 1024));
      row(
          "the most until then",
          "%d MB".formatted(PackagedDaemon.kilobytes(daemon.pid(), "VmHWM") / 1024));
      row("the daemon's processor time a sweep", "%.2f s".formatted(each));
      row("largest private memory of a backend", "%d MB".formatted(largestBackend / 1024));
      scrapes(daemon);
    }
  }

  /** Until there were so many; a hundredth of the tables is written to in between. */
  private void until(PackagedDaemon daemon, Connection connection, int sweeps) throws Exception {
    long seen = -1;
    while (seen < sweeps) {
      long now = swept(daemon);
      try (Statement statement = connection.createStatement()) {
        if (now > seen) {
          for (int table = 1; table <= TABLES; table += 100) {
            statement.addBatch("insert into t%d (pad) values ('y')".formatted(table));
          }
          statement.executeBatch();
        }
        look(statement);
      }
      seen = now;
      LockSupport.parkNanos(500_000_000L);
    }
  }

  private static long swept(PackagedDaemon daemon) throws IOException {
    return daemon
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.matches("seqwarden_sweeps_total\\{.*outcome=\"ok\".*"))
        .mapToLong(
            line -> Math.round(Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))))
        .sum();
  }

  private void look(Statement statement) throws Exception {
    try (ResultSet row =
        statement.executeQuery(
            "select pid from pg_stat_activity where application_name = 'seqwarden'")) {
      while (row.next()) {
        largestBackend =
            Math.max(largestBackend, PackagedDaemon.kilobytes(row.getLong(1), "RssAnon"));
      }
    }
  }

  private void scrapes(PackagedDaemon daemon) throws IOException {
    List<Double> taken = new ArrayList<>();
    long series = 0;
    for (int i = 0; i < SCRAPES; i++) {
      long begin = System.nanoTime();
      String body = daemon.get("/metrics").body();
      taken.add(1_000 * (System.nanoTime() - begin) / 1e9);
      series = body.lines().filter(line -> !line.startsWith("#")).count();
    }
    row(
        "`/metrics` with %,d series".formatted(series),
        "p50 %.0f ms, p99 %.0f ms"
            .formatted(Results.percentile(taken, 0.5), Results.percentile(taken, 0.99)));
  }

  private static String tables() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ProcessBenchmark.class.getResourceAsStream("tables.sql"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).formatted(TABLES);
    }
  }
}
