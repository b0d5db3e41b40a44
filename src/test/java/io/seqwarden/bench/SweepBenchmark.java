package io.seqwarden.bench;

import io.seqwarden.catalog.Catalog;
import io.seqwarden.catalog.Discovery;
import io.seqwarden.catalog.ObservationProgress;
import io.seqwarden.catalog.Observer;
import io.seqwarden.drift.Judge;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.Databases;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.PostgresServers;
import io.seqwarden.testing.PrivateServer;
import io.seqwarden.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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

  private static final int WARM_UPS = 3;
  private static final String SIZES = System.getProperty("seqwarden.bench.tables", "1000,5000");
  private static final int ROUNDS = Integer.getInteger("seqwarden.bench.rounds", 7);
  private static final Path RESULT = Path.of("target", "benchmarks", "sweep.md");

  @FunctionalInterface
  private interface Way {
    void run() throws Exception;
  }

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
    lines.add(machine());
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
    }
    Files.createDirectories(RESULT.getParent());
    Files.write(RESULT, lines);
    lines.forEach(System.out::println);
  }

  private static Map<String, Times> measure(int tables) throws Exception {
    try (PrivateServer server =
            PrivateServer.start(PostgresServers.newest(), Map.of("shared_buffers", "512MB"));
        Databases databases = new Databases(4)) {
      server.execute("postgres", "create database app");
      server.execute("app", resource("tables.sql").formatted(tables), "vacuum analyze");
      DatabaseSettings settings =
          Sweeping.settings(
              server.jdbcUrl("app"), TestDatabase.SUPERUSER, Mode.OBSERVE, GuardMode.OFF);
      DatabaseSettings rarelyFull =
          Sweeping.settings(
              server.jdbcUrl("app"),
              TestDatabase.SUPERUSER,
              Mode.OBSERVE,
              GuardMode.OFF,
              Duration.ofDays(1));
      Database database = databases.open(settings.connection());
      Discovery discovery = new Discovery(settings.catalog());
      Observer observer = new Observer(settings.catalog(), new Judge(settings.limits()));
      Catalog catalog = discovery.discover(database);
      try (Connection session = server.connect("app");
          Statement statement = session.createStatement();
          Connection client = server.connect("app");
          Connection application = server.connect("app");
          Statement writer = application.createStatement();
          Sweeping full = new Sweeping(settings);
          Sweeping steady = new Sweeping(rarelyFull)) {
        Map<String, Way> ways = new LinkedHashMap<>();
        String floor = resource("floor.sql");
        ways.put("floor", () -> statement.execute(floor));
        ways.put("discovery alone", () -> discovery.discover(database));
        ways.put(
            "marks and positions alone",
            () ->
                observer.observe(
                    database, catalog.sequences(), () -> false, ObservationProgress.NONE));
        ways.put("full sweep", full::sweep);
        ways.put("(1% of the tables change)", () -> change(writer, tables));
        ways.put("steady sweep", steady::sweep);
        ways.put("a statement a sequence, from the client", () -> oneByOne(client, catalog));
        return take(ways);
      }
    }
  }

  private static void change(Statement writer, int tables) throws SQLException {
    for (int i = 1; i <= tables; i += 100) {
      writer.execute("insert into t%d (pad) values ('y')".formatted(i));
    }
    writer.execute("select pg_stat_force_next_flush()");
  }

  private static void oneByOne(Connection client, Catalog catalog) throws SQLException {
    try (Statement statement = client.createStatement()) {
      for (var watched : catalog.sequences()) {
        var column = watched.sequence().columns().get(0);
        try (ResultSet row =
            statement.executeQuery(
                "select (select max(t.%s) from %s as t), s.last_value, s.is_called from %s as s"
                    .formatted(column.quotedName(), column.table(), watched.sequence().name()))) {
          row.next();
        }
      }
    }
  }

  private static Map<String, Times> take(Map<String, Way> ways) throws Exception {
    Map<String, Times> times = new LinkedHashMap<>();
    for (int round = -WARM_UPS; round < ROUNDS; round++) {
      for (Map.Entry<String, Way> way : ways.entrySet()) {
        long begin = System.nanoTime();
        way.getValue().run();
        double seconds = (System.nanoTime() - begin) / 1e9;
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

  private static String machine() throws IOException {
    Path cpuinfo = Path.of("/proc/cpuinfo");
    String model =
        Files.exists(cpuinfo)
            ? Files.readAllLines(cpuinfo).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown processor")
            : "unknown processor";
    return "%d cores of %s, Java %s, PostgreSQL %d, loopback, medians of %d rounds"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            model,
            Runtime.version().feature(),
            PostgresServers.newest(),
            ROUNDS);
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
