package io.seqwarden.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.drift.Bounds;
import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Judge;
import io.seqwarden.drift.Limits;
import io.seqwarden.drift.ObjectName;
import io.seqwarden.drift.Observation;
import io.seqwarden.drift.Policy;
import io.seqwarden.drift.Position;
import io.seqwarden.drift.Reading;
import io.seqwarden.drift.Sequence;
import io.seqwarden.http.HttpServer;
import io.seqwarden.http.HttpSettings;
import io.seqwarden.http.MetricsExposition;
import io.seqwarden.report.InMemoryJournal;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.SweepReport;
import io.seqwarden.sweep.Sweeping;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * How long the status page takes over many sequences, from the request to its last byte on
 * loopback, and as a ratio against the answer of a probe, which does nothing.
 */
class PageBenchmark {

  private static final int SEQUENCES = Integer.getInteger("seqwarden.bench.sequences", 10_000);
  private static final int ROUNDS = Integer.getInteger("seqwarden.bench.rounds", 40);
  private static final int WARM_UPS = 20;
  private static final Path RESULT = Path.of("target", "benchmarks", "page.md");

  private final InMemoryJournal journal =
      new InMemoryJournal(Duration.ofDays(1), 1_000, Clock.systemUTC());
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void theStatusPageOverManySequences() throws Exception {
    journal.swept(report(0));
    DatabaseSettings unreached =
        Sweeping.settings("jdbc:postgresql://127.0.0.1:1/app", "nobody", Mode.HEAL, GuardMode.OFF);
    try (Sweeping sweeping = new Sweeping(unreached);
        HttpServer server = server(sweeping)) {
      server.start();
      Map<String, Runnable> ways = new LinkedHashMap<>();
      ways.put("a probe, `/livez`", () -> get(server, "/livez"));
      ways.put("status page", () -> get(server, "/"));
      ways.put("status page, filtered by name", () -> get(server, "/?q=table_99"));
      ways.put("page of one sequence", () -> get(server, sequence(7)));
      ways.put("`/api/v1/sequences`", () -> get(server, "/api/v1/sequences"));
      Map<String, List<Double>> times = take(ways);
      times.put("status page, first after a sweep", afterSweeps(server));
      write(times);
    }
  }

  private List<Double> afterSweeps(HttpServer server) {
    List<Double> times = new ArrayList<>();
    for (int round = 1; round <= ROUNDS; round++) {
      journal.swept(report(round));
      times.add(seconds(() -> get(server, "/")));
    }
    return times;
  }

  private static Map<String, List<Double>> take(Map<String, Runnable> ways) {
    Map<String, List<Double>> times = new LinkedHashMap<>();
    for (int round = -WARM_UPS; round < ROUNDS; round++) {
      for (Map.Entry<String, Runnable> way : ways.entrySet()) {
        double seconds = seconds(way.getValue());
        if (round >= 0) {
          times.computeIfAbsent(way.getKey(), name -> new ArrayList<>()).add(seconds);
        }
      }
    }
    return times;
  }

  private static double seconds(Runnable work) {
    long begin = System.nanoTime();
    work.run();
    return (System.nanoTime() - begin) / 1e9;
  }

  private static void write(Map<String, List<Double>> times) throws Exception {
    List<String> lines = new ArrayList<>();
    lines.add("%,d sequences, %d rounds".formatted(SEQUENCES, ROUNDS));
    lines.add("");
    lines.add("| request | median | longest | median, against the probe |");
    lines.add("|---|---:|---:|---:|");
    double probe = median(times.values().iterator().next());
    times.forEach(
        (way, taken) ->
            lines.add(
                "| %s | %.1f ms | %.1f ms | %.1f |"
                    .formatted(
                        way,
                        median(taken) * 1e3,
                        taken.stream().max(Double::compare).orElseThrow() * 1e3,
                        median(taken) / probe)));
    Files.createDirectories(RESULT.getParent());
    Files.write(RESULT, lines);
    lines.forEach(System.out::println);
  }

  private static double median(List<Double> times) {
    return times.stream().sorted().toList().get(times.size() / 2);
  }

  private void get(HttpServer server, String path) {
    HttpRequest request = HttpRequest.newBuilder(server.uri().resolve(URI.create(path))).build();
    HttpResponse<String> answer =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.ofString())
            .orTimeout(30, TimeUnit.SECONDS)
            .join();
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  private static String sequence(int number) {
    return "/databases/app/sequences/public.table_" + number + "_id_seq";
  }

  private HttpServer server(Sweeping sweeping) {
    return new HttpServer(
        new HttpSettings("127.0.0.1", 0, Optional.empty(), false, List.of()),
        sweeping.sweeps(),
        journal,
        new NoMetrics(),
        by -> {
          throw new UnsupportedOperationException("nothing to read again");
        },
        Clock.systemUTC(),
        jetty -> {});
  }

  private static final class NoMetrics implements MetricsExposition {
    @Override
    public String contentType(String accept) {
      return "text/plain";
    }

    @Override
    public String scrape(String accept) {
      return "";
    }
  }

  private static SweepReport report(int round) {
    return new SweepReport(
        "app",
        Clock.systemUTC().instant(),
        Duration.ofSeconds(1),
        SweepReport.Outcome.OK,
        Optional.of(SweepReport.Role.PRIMARY),
        IntStream.range(0, SEQUENCES).mapToObj(number -> finding(number, round)).toList(),
        List.of(),
        List.of());
  }

  /** Every fiftieth is behind, every tenth without an owner, and all go on with each round. */
  private static Finding finding(int number, int round) {
    String name = "table_" + number;
    ObjectName table = new ObjectName("public", name, "public." + name);
    FedColumn column =
        new FedColumn(
            number,
            table,
            "id",
            "id",
            1,
            "bigint",
            Bounds.of(Long.MIN_VALUE, Long.MAX_VALUE),
            FedColumn.Link.OWNED,
            true,
            FedColumn.Uniqueness.COLUMN,
            Optional.empty(),
            List.of());
    Sequence sequence =
        new Sequence(
            number,
            new ObjectName("public", name + "_id_seq", "public." + name + "_id_seq"),
            1,
            1_000_000_000,
            1,
            1,
            false,
            number % 10 != 0,
            List.of(column));
    long last = 1_000L + 7L * round;
    Observation observation =
        Observation.of(
            List.of(Reading.of(BigInteger.valueOf(number % 50 == 0 ? last + 500 : last))),
            new Position(last, true));
    return new Finding(
        "app",
        sequence,
        new Judge(Limits.DEFAULT).judge(sequence, observation, Policy.DEFAULT, false),
        false);
  }
}
