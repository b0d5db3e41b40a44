package io.seqwarden.config;

import com.typesafe.config.ConfigObject;
import io.seqwarden.http.HttpSettings;
import io.seqwarden.report.MetricsSettings;
import io.seqwarden.sweep.DatabaseSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A tree of values to a configuration, every problem noted. */
final class ConfigurationReader {
  private static final String ROOT = "seqwarden";
  private static final int MOST_SERIES = 1_000_000;

  private final Problems problems;
  private final HttpReader http;
  private final DatabaseReader databases;

  /** Files are named relative to {@code directory}. */
  ConfigurationReader(Path directory, Problems problems) {
    this.problems = problems;
    this.http = new HttpReader(directory);
    this.databases = new DatabaseReader(directory);
  }

  /**
   * Reads all of it.
   *
   * @param file the user's values, substitutions resolved
   * @param name the user's file
   * @param reference the values of {@code reference.conf}
   */
  Loaded read(ConfigObject file, Place name, ConfigObject reference) {
    Block whole = Block.alone("", name, file, problems);
    Block given = whole.child(ROOT);
    whole.reportUnknownKeys();
    Block defaults =
        Block.alone("", new Place("reference.conf", 0), reference, problems).trusted().child(ROOT);
    Block root = given.over(defaults);

    Supplier<HttpSettings> httpSettings = http.read(root.child("http"));
    Optional<Integer> series = series(root.child("metrics"));
    Block connections = root.child("connections");
    Optional<Setting> totalSetting = connections.find("total");
    Optional<Integer> total =
        totalSetting.flatMap(s -> s.integer(1, ConnectionReader.MOST_CONNECTIONS));
    connections.reportUnknownKeys();
    List<Supplier<DatabaseSettings>> each = databases(root, totalSetting);
    root.reportUnknownKeys();

    if (!problems.isEmpty()) {
      return new Loaded.Invalid(problems.sorted());
    }
    return new Loaded.Valid(
        new Configuration(
            httpSettings.get(),
            new MetricsSettings(series.orElseThrow()),
            total.orElseThrow(),
            each.stream().map(Supplier::get).toList()));
  }

  private static Optional<Integer> series(Block metrics) {
    Optional<Integer> series =
        metrics.find("max-sequences").flatMap(s -> s.integer(0, MOST_SERIES));
    metrics.reportUnknownKeys();
    return series;
  }

  private List<Supplier<DatabaseSettings>> databases(Block root, Optional<Setting> total) {
    Block all = root.child("databases");
    Block defaults = root.child("database-defaults");
    List<Supplier<DatabaseSettings>> read = new ArrayList<>();
    for (String name : all.keys()) {
      Optional<Setting> setting = all.optional(name);
      if (setting.isEmpty()) {
        continue;
      }
      if (!Names.isDatabase(name)) {
        all.problem(
            name,
            "expected a name of 1 to 63 letters, digits, dots, hyphens and underscores that begins"
                + " with a letter or digit: it becomes part of URLs and of metrics");
      }
      Optional<Block> block =
          setting.get().block("a block such as { url = \"jdbc:postgresql://localhost:5432/app\" }");
      block.ifPresent(own -> read.add(databases.read(name, own.over(defaults), total)));
    }
    if (all.keys().stream().noneMatch(name -> all.optional(name).isPresent())) {
      root.problem(
          "databases",
          "expected one database or more, such as"
              + " { app { url = \"jdbc:postgresql://localhost:5432/app\" } }, got none");
    }
    return read;
  }
}
