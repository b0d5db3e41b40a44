package io.seqwarden.bench;

import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.PostgresServers;
import io.seqwarden.testing.PrivateServer;
import io.seqwarden.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * What {@code sync_ticket_sequence()} costs who calls it all the time, as a ratio against {@code
 * select 1} of the same session in the same run. The two take turns, and medians are compared.
 */
class ShortFormBenchmark {

  private static final int WARM_UPS = 3;
  private static final int ROUNDS = Integer.getInteger("seqwarden.bench.rounds", 7);
  private static final int CALLS = Integer.getInteger("seqwarden.bench.calls", 2_000);
  private static final int ROWS = 100_000;
  private static final Path RESULT = Path.of("target", "benchmarks", "short-form.md");
  private static final String FLOOR = "select 1";
  private static final List<String> WAYS =
      List.of(
          FLOOR,
          "select max(id) from ticket",
          "select sync_ticket_sequence()",
          "select count(*) from seqwarden.sync('ticket')");

  @Test
  void aCallAgainstSelectOne() throws Exception {
    Map<String, List<Double>> times = new LinkedHashMap<>();
    try (PrivateServer server = PrivateServer.start(PostgresServers.newest(), Map.of())) {
      server.execute("postgres", "create database app");
      server.execute(
          "app",
          "create table ticket (id bigserial primary key, title text)",
          "insert into ticket (title) select 'x' from generate_series(1, %d)".formatted(ROWS),
          "vacuum analyze");
      try (Sweeping sweeping =
          new Sweeping(
              Sweeping.settings(
                  server.jdbcUrl("app"), TestDatabase.SUPERUSER, Mode.HEAL, GuardMode.ENSURE))) {
        sweeping.sweep();
      }
      try (Connection session = server.connect("app")) {
        for (int round = -WARM_UPS; round < ROUNDS; round++) {
          for (String way : WAYS) {
            double micros = micros(session, way);
            if (round >= 0) {
              times.computeIfAbsent(way, name -> new ArrayList<>()).add(micros);
            }
          }
        }
      }
    }
    write(times);
  }

  /** Of one call, on average. */
  private static double micros(Connection session, String sql) throws Exception {
    long begin = System.nanoTime();
    try (PreparedStatement call = session.prepareStatement(sql)) {
      for (int i = 0; i < CALLS; i++) {
        call.executeQuery().close();
      }
    }
    return (System.nanoTime() - begin) / 1e3 / CALLS;
  }

  private static void write(Map<String, List<Double>> times) throws Exception {
    double floor = median(Objects.requireNonNull(times.get(FLOOR)));
    List<String> lines = new ArrayList<>();
    lines.add("| statement, %,d rows | median | a second | against `select 1` |".formatted(ROWS));
    lines.add("|---|---:|---:|---:|");
    times.forEach(
        (way, taken) ->
            lines.add(
                "| `%s` | %.0f µs | %,.0f | %.2f |"
                    .formatted(way, median(taken), 1e6 / median(taken), median(taken) / floor)));
    Files.createDirectories(RESULT.getParent());
    Files.write(RESULT, lines);
    System.getLogger(ShortFormBenchmark.class.getName())
        .log(System.Logger.Level.INFO, String.join(System.lineSeparator(), lines));
  }

  private static double median(List<Double> taken) {
    return taken.stream().sorted().toList().get(taken.size() / 2);
  }
}
