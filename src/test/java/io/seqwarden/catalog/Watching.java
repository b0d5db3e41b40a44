package io.seqwarden.catalog;

import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.Judge;
import io.seqwarden.drift.Limits;
import io.seqwarden.drift.Observation;
import io.seqwarden.drift.Position;
import io.seqwarden.drift.Reading;
import io.seqwarden.drift.Reason;
import io.seqwarden.postgres.ConnectionSettings;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.Databases;
import io.seqwarden.postgres.Timeouts;
import io.seqwarden.testing.TestDatabase;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the tests of this package share: discovery and observation of a test's database. */
final class Watching implements AutoCloseable {

  private static final Timeouts TIMEOUTS =
      new Timeouts(Duration.ofMillis(200), Duration.ofSeconds(5));

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
    return new CatalogSettings(include, exclude, List.of(explicit), TIMEOUTS, false, 1);
  }

  static CatalogSettings settings(Timeouts timeouts) {
    return new CatalogSettings(List.of("*.*"), List.of(), List.of(), timeouts, false, 1);
  }

  /** Tables are scanned however large. */
  static CatalogSettings scanning() {
    return new CatalogSettings(List.of("*.*"), List.of(), List.of(), TIMEOUTS, true, 1);
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

  List<Observation> observe(
      Catalog catalog, BooleanSupplier cancelled, ObservationProgress progress)
      throws SQLException {
    Observer observer = new Observer(settings, new Judge(Limits.DEFAULT));
    return observer.observe(database, catalog.sequences(), cancelled, progress);
  }

  /** The sentences of all that could not be read, as the observation has them. */
  List<String> problems(Catalog catalog) throws SQLException {
    return observe(catalog, () -> false, ObservationProgress.NONE).stream()
        .flatMap(
            one ->
                Stream.concat(
                    one.readings().stream().map(Reading::problem), Stream.of(one.problem())))
        .flatMap(Optional::stream)
        .map(Reason::message)
        .toList();
  }

  /** A setting as the next transaction finds it; empty where there is none. */
  String setting(String name) throws SQLException {
    return database.read(
        settings.timeouts(),
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement("select coalesce(current_setting(?, true), '')")) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
              row.next();
              return row.getString(1);
            }
          }
        });
  }

  List<String> observed(Catalog catalog) throws SQLException {
    List<Observation> observations = observe(catalog, () -> false, ObservationProgress.NONE);
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
