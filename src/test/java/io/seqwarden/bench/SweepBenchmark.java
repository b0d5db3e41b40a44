package io.seqwarden.bench;

import io.seqwarden.catalog.Catalog;
import io.seqwarden.catalog.Discovery;
import io.seqwarden.catalog.ObservationProgress;
import io.seqwarden.catalog.Observer;
import io.seqwarden.drift.Judge;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.Databases;
import io.seqwarden.report.InMemoryJournal;
import io.seqwarden.report.Journal;
import io.seqwarden.report.Metrics;
import io.seqwarden.report.MetricsSettings;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.SweepReport;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.PostgresServers;
import io.seqwarden.testing.PrivateServer;
import io.seqwarden.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What a sweep that reads everything costs, as ratios against the floor of the same run: a loop in
 * the server that reads the maximum and the position of every pair. All ways take turns, so that
 * what the machine does beside them hits all alike, and the median of each is compared.
 */
class SweepBenchmark {

  /** Until the JVM has compiled what sweeps need, too. */
  private static final int WARM_UPS = Integer.getInteger("seqwarden.bench.warmups", 12);

  /** What one connection's backend keeps warm; see {@code databases.NAME.connections}. */
  private static final int TABLES_A_CONNECTION = 4_000;

  private static final String SIZES = System.getProperty("seqwarden.bench.tables", "1000,5000");

  /** Whether to measure what others do, too, which takes the longest. */
  private static final boolean PEERS =
      Boolean.parseBoolean(System.getProperty("seqwarden.bench.peers", "true"));

  private static final int ROUNDS = Integer.getInteger("seqwarden.bench.rounds", 7);

  /** One statement of all tables needs a lock on each, more than a server has by default. */
  private static final Map<String, String> SERVER =
      Map.of("shared_buffers", "512MB", "max_locks_per_transaction", "2048");

  /** Seconds, one each round. */
  private record Times(List<Double> wall) {
    double median() {
      return wall.stream().sorted().toList().get(wall.size() / 2);
    }

    double best() {
      return wall.stream().min(Double::compare).orElseThrow();
    }
  }

  @Test
  void aSweepAgainstTheFloor() throws Exception {
    List<String> lines = new ArrayList<>();
    lines.add(Results.machine() + ", medians of %d rounds".formatted(ROUNDS));
    lines.add("");
    lines.add("| tables | way | median | best | median, against the floor |");
    lines.add("|---:|---|---:|---:|---:|");
    for (String size : SIZES.split(",", -1)) {
      int tables = Integer.parseInt(size.strip());
      Map<String, Times> times = measure(tables);
      double floor = Objects.requireNonNull(times.get("floor")).median();
      times.forEach(
          (way, taken) ->
              lines.add(
                  "| %,d | %s | %.3f s | %.3f s | %.2f |"
                      .formatted(
                          tables, way, taken.median(), taken.best(), taken.median() / floor)));
      // After each, since the next one may take long.
      Results.write("sweep", lines);
    }
  }

  private static Map<String, Times> measure(int tables) throws Exception {
    try (PrivateServer server = PrivateServer.start(PostgresServers.newest(), SERVER);
        Databases databases = new Databases(16)) {
      server.execute("postgres", "create database app");
      server.execute("app", resource("tables.sql").formatted(tables), "vacuum analyze");
      DatabaseSettings settings = settings(server.jdbcUrl("app"), tables, Duration.ofNanos(1));
      DatabaseSettings rarelyFull = settings(server.jdbcUrl("app"), tables, Duration.ofDays(1));
      Database database = databases.open(settings.connection());
      Discovery discovery = new Discovery(settings.catalog());
      Observer observer = new Observer(settings.catalog(), new Judge(settings.limits()));
      Catalog catalog = discovery.discover(database);
      try (Connection session = server.connect("app");
          Statement statement = session.createStatement();
          Connection client = server.connect("app");
          Metrics metrics = new Metrics(new MetricsSettings(2_000), "bench", Clock.systemUTC());
          Connection application = server.connect("app");
          Statement writer = application.createStatement();
          Sweeping full = new Sweeping(settings);
          Sweeping steady = new Sweeping(rarelyFull)) {
        Journal journal = new InMemoryJournal(Duration.ofDays(1), 1_000, Clock.systemUTC());
        Map<String, Way> ways = new LinkedHashMap<>();
        String floor = resource("floor.sql");
        ways.put("floor", Way.of(() -> statement.execute(floor)));
        ways.put("discovery alone", Way.of(() -> discovery.discover(database)));
        ways.put(
            "marks and positions alone",
            Way.of(
                () ->
                    observer.observe(
                        database, catalog.sequences(), () -> false, ObservationProgress.NONE)));
        ways.put("full sweep", Way.of(() -> recorded(full.sweep(), journal, metrics)));
        ways.put("(1% of the tables change)", Way.of(() -> change(writer, tables)));
        ways.put("steady sweep", Way.of(() -> recorded(steady.sweep(), journal, metrics)));
        ways.put(
            "a statement a sequence, from a client that stays",
            Way.of(() -> Peers.oneByOne(client, catalog)));
        Map<String, Way> peers =
            PEERS ? new Peers(server, tables, catalog).all() : Map.<String, Way>of();
        return take(ways, peers);
      }
    }
  }

  private static DatabaseSettings settings(String url, int tables, Duration fullEvery) {
    return Sweeping.withConnections(
        Sweeping.settings(url, TestDatabase.SUPERUSER, Mode.OBSERVE, GuardMode.OFF, fullEvery),
        Math.max(2, 1 + tables / TABLES_A_CONNECTION));
  }

  private static void recorded(SweepReport report, Journal journal, Metrics metrics) {
    if (report.outcome() != SweepReport.Outcome.OK) {
      throw new IllegalStateException("not a whole sweep: " + report.problems());
    }
    journal.swept(report);
    metrics.swept(report);
    metrics.scrape("text/plain");
  }

  private static void change(Statement writer, int tables) throws SQLException {
    for (int i = 1; i <= tables; i += 100) {
      writer.execute("insert into t%d (pad) values ('y')".formatted(i));
    }
    writer.execute("select pg_stat_force_next_flush()");
  }

  /** Peers come with connections of their own, so there is nothing to warm up. */
  private static Map<String, Times> take(Map<String, Way> ways, Map<String, Way> peers)
      throws Exception {
    Map<String, Times> times = new LinkedHashMap<>();
    for (int round = -WARM_UPS; round < ROUNDS; round++) {
      Map<String, Way> all = new LinkedHashMap<>(ways);
      all.putAll(round < 0 ? Map.of() : peers);
      for (Map.Entry<String, Way> way : all.entrySet()) {
        double seconds = way.getValue().seconds();
        if (round >= 0) {
          times
              .computeIfAbsent(way.getKey(), name -> new Times(new ArrayList<>()))
              .wall()
              .add(seconds);
        }
      }
    }
    return times;
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = SweepBenchmark.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is not there");
      }
      return Arrays.stream(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1))
          .filter(line -> !line.startsWith("--"))
          .collect(Collectors.joining("\n"));
    }
  }
}
