package io.seqwarden.bench;

import io.seqwarden.testing.PostgresServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What benchmarks print and leave in {@code target/benchmarks}. */
final class Results {

  private Results() {}

  /** Prints a result, and writes it to a page of that name. */
  static void write(String name, List<String> lines) throws IOException {
    Path page = Path.of("target", "benchmarks", name + ".md");
    Files.createDirectories(page.getParent());
    Files.write(page, lines);
    lines.forEach(System.out::println);
  }

  /** The processor and the versions, as every result has to name them. */
  static String machine() throws IOException {
    return "%s, Java %s, PostgreSQL %d, loopback"
        .formatted(Machine.describe(), Runtime.version().feature(), PostgresServers.newest());
  }

  /** Of values in any order, the one that {@code part} of them do not exceed; 0.5 is the median. */
  static double percentile(List<Double> values, double part) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(Math.min(sorted.size() - 1, (int) (sorted.size() * part)));
  }
}
