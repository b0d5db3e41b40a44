package io.seqwarden.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the guard costs an application's inserts, as ratios against a table without a trigger in the
 * same run, beside the recipe that people copy and the forms that were not taken. Each has a
 * database of its own; all take turns with each load, and medians are compared. After each load the
 * sequence has to stand where the ids end: a guard that sleeps is not measured.
 */
class GuardBenchmark {

  private static final int ROUNDS = Integer.getInteger("seqwarden.bench.rounds", 7);

  /** Names of {@link Form} and {@link GuardLoad}, for a run that takes minutes and not an hour. */
  private static final List<Form> FORMS = chosen("forms", Form.class, Form.values());

  private static final List<GuardLoad> LOADS = chosen("loads", GuardLoad.class, GuardLoad.values());

  private static final Path RESULT = Path.of("target", "benchmarks", "guard.md");
  private static final String TABLE =
      "create table ticket (id bigserial primary key, title text not null)";

  /** How each table is guarded: its title, and the resource on top of what a sweep installs. */
  private enum Form {
    NONE("no trigger", false, ""),
    GUARD("the guard", true, ""),
    RECIPE("the copied recipe: row, MAX and setval", false, "guard_recipe.sql"),
    ROW("the guard's form for apply, enabled for all", true, "guard_row.sql"),
    INDEX("statement, MAX by way of the index", true, "guard_index.sql");

    private final String title;
    private final boolean installed;
    private final String script;

    Form(String title, boolean installed, String script) {
      this.title = title;
      this.installed = installed;
      this.script = script;
    }

    String database() {
      return "of_" + name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Each row of an import moves the sequence anew here, which takes minutes. */
    boolean takes(GuardLoad load) {
      return this != ROW || load != GuardLoad.IMPORT;
    }
  }

  private static <E extends Enum<E>> List<E> chosen(String property, Class<E> type, E[] all) {
    String names = System.getProperty("seqwarden.bench." + property, "");
    return names.isEmpty()
        ? List.of(all)
        : Stream.of(names.split(",", -1)).map(name -> Enum.valueOf(type, name)).toList();
  }

  @Test
  void aGuardAgainstNone() throws Exception {
    assumeTrue(PgBench.isThere(), "pgbench is not installed here");
    assumeTrue(Machine.tellsTimes(), "There is no /proc here that tells what a backend used");
    Path folder = Files.createTempDirectory("bench");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path script = Files.writeString(folder.resolve("insert.sql"), GuardLoad.ONE_ROW_SQL);
    try (PrivateServer server = start(folder)) {
      PgBench pgbench = new PgBench(folder.toString(), server.port(), script);
      Map<Form, GuardedTable> tables = new LinkedHashMap<>();
      for (Form form : FORMS) {
        install(server, form);
        tables.put(form, new GuardedTable(server, form.database(), pgbench));
      }
      write(measure(tables));
      for (GuardedTable table : tables.values()) {
        table.close();
      }
    } finally {
      Files.deleteIfExists(script);
      Files.deleteIfExists(folder);
    }
  }

  /** As a server is delivered, but for what would happen by chance or hide the guard's cost. */
  private static PrivateServer start(Path socketFolder) {
    return PrivateServer.start(
        PostgresServers.newest(),
        Map.of(
            "unix_socket_directories", socketFolder.toString(),
            "shared_buffers", "512MB",
            "max_wal_size", "4GB",
            "autovacuum", "off",
            "track_functions", "none",
            "synchronous_commit", "off"));
  }

  private static void install(PrivateServer server, Form form) throws Exception {
    server.execute("postgres", "create database " + form.database());
    server.execute(form.database(), TABLE);
    if (form.installed) {
      try (Sweeping sweeping =
          new Sweeping(
              Sweeping.settings(
                  server.jdbcUrl(form.database()),
                  TestDatabase.SUPERUSER,
                  Mode.HEAL,
                  GuardMode.ENSURE))) {
        assertThat(sweeping.sweep().problems()).isEmpty();
      }
    }
    if (!form.script.isEmpty()) {
      server.execute(form.database(), resource(form.script));
    }
  }

  private static Map<GuardLoad, Map<Form, List<Double>>> measure(Map<Form, GuardedTable> tables)
      throws Exception {
    Map<GuardLoad, Map<Form, List<Double>>> costs = new LinkedHashMap<>();
    for (GuardLoad load : LOADS) {
      Map<Form, List<Double>> ofLoad = new LinkedHashMap<>();
      for (int round = -1; round < load.runs(ROUNDS); round++) {
        for (Map.Entry<Form, GuardedTable> table : tables.entrySet()) {
          Form form = table.getKey();
          if (!form.takes(load)) {
            continue;
          }
          double cost = load.run(table.getValue());
          if (form != Form.NONE) {
            table.getValue().assertFollowed();
          }
          if (round >= 0) {
            ofLoad.computeIfAbsent(form, f -> new ArrayList<>()).add(cost);
          }
        }
      }
      costs.put(load, ofLoad);
    }
    return costs;
  }

  private static void write(Map<GuardLoad, Map<Form, List<Double>>> costs) throws Exception {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s, PostgreSQL %d, %s, Java %d, synchronous_commit off, medians of %d rounds"
            .formatted(
                Machine.describe(),
                PostgresServers.newest(),
                PgBench.version(),
                Runtime.version().feature(),
                ROUNDS));
    lines.add("");
    lines.add(row("form", costs.keySet().stream().map(GuardLoad::title).toList()));
    lines.add("|---|" + "---:|".repeat(costs.size()));
    for (Form form : FORMS) {
      lines.add(
          row(form.title, costs.values().stream().map(ofLoad -> ratio(ofLoad, form)).toList()));
    }
    lines.add(
        row(
            "no trigger, itself",
            costs.entrySet().stream()
                .map(entry -> entry.getKey().told(median(entry.getValue(), Form.NONE)))
                .toList()));
    Files.createDirectories(RESULT.getParent());
    Files.write(RESULT, lines);
    lines.forEach(System.out::println);
  }

  private static String row(String first, List<String> others) {
    return "| " + first + " | " + String.join(" | ", others) + " |";
  }

  private static String ratio(Map<Form, List<Double>> costs, Form form) {
    return costs.containsKey(form)
        ? "%.2f".formatted(median(costs, form) / median(costs, Form.NONE))
        : "minutes";
  }

  private static double median(Map<Form, List<Double>> costs, Form form) {
    double[] sorted =
        Objects.requireNonNull(costs.get(form)).stream()
            .flatMapToDouble(DoubleStream::of)
            .sorted()
            .toArray();
    return sorted[sorted.length / 2];
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = GuardBenchmark.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is not there");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("--"))
          .collect(Collectors.joining("\n"));
    }
  }
}
