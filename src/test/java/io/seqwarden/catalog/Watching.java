package io.seqwarden.catalog;

import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.Judge;
import io.seqwarden.drift.Limits;
import io.seqwarden.drift.Observation;
import io.seqwarden.drift.Position;
import io.seqwarden.drift.Reading;
import io.seqwarden.postgres.ConnectionSettings;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.Databases;
import io.seqwarden.postgres.Timeouts;
import io.seqwarden.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the tests of this package share: discovery and observation of a test's database. */
final class Watching implements AutoCloseable {

  private final Databases databases = new Databases(4);
  private final Database database;
  private final CatalogSettings settings;

  Watching(TestDatabase test, String user, CatalogSettings settings) {
    this.settings = settings;
    this.database =
        databases.open(
            new ConnectionSettings("app", test.jdbcUrl(), Optional.of(user), Optional.empty(), 2));
  }

  Watching(TestDatabase test) {
    this(test, TestDatabase.SUPERUSER, settings(List.of("*.*"), List.of()));
  }

  static CatalogSettings settings(
      List<String> include, List<String> exclude, CatalogSettings.Explicit... explicit) {
    return new CatalogSettings(
        include,
        exclude,
        List.of(explicit),
        new Timeouts(Duration.ofMillis(200), Duration.ofSeconds(5)),
        false,
        1);
  }

  Catalog discover() throws SQLException {
    return new Discovery(settings).discover(database);
  }

  /** One line a sequence and column: sequence, column, type, link, indexing, problem. */
  List<String> discovered() throws SQLException {
    return discover().sequences().stream()
        .flatMap(
            watched ->
                watched.sequence().columns().stream()
                    .map(column -> watched.sequence().name() + " -> " + told(column)))
        .toList();
  }

  private static String told(FedColumn column) {
    return "%s.%s %s %s%s %s%s"
        .formatted(
            column.table(),
            column.quotedName(),
            column.type(),
            column.link(),
            column.indexed() ? "" : " unindexed",
            column.uniqueness(),
            column.problem().map(problem -> " " + problem.code().word()).orElse(""));
  }

  /** One line a sequence: its readings, then its position. */
  List<String> observed() throws SQLException {
    return observed(discover());
  }

  List<String> observed(Catalog catalog) throws SQLException {
    Observer observer = new Observer(settings, new Judge(Limits.DEFAULT));
    List<Observation> observations =
        observer.observe(database, catalog.sequences(), () -> false, ObservationProgress.NONE);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < observations.size(); i++) {
      Observation observation = observations.get(i);
      lines
          .append(catalog.sequences().get(i).sequence().name())
          .append(": ")
          .append(
              observation.readings().stream().map(Watching::told).collect(Collectors.joining(", ")))
          .append(" at ")
          .append(observation.position().map(Watching::told).orElse("?"))
          .append('\n');
    }
    return lines.toString().lines().toList();
  }

  private static String told(Position position) {
    return position.lastValue() + (position.isCalled() ? "" : " not called");
  }

  private static String told(Reading reading) {
    if (reading.problem().isPresent()) {
      return reading.problem().get().code().word();
    }
    String furthest =
        reading
            .furthest()
            .map(id -> id.bitLength() > 1_000 ? "beyond" : id.toString())
            .orElse("none");
    return reading.furthest().equals(reading.within())
        ? furthest
        : furthest + " within " + reading.within().map(Object::toString).orElse("none");
  }

  @Override
  public void close() {
    databases.close();
  }
}
