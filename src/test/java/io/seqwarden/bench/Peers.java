package io.seqwarden.bench;

import io.seqwarden.catalog.Catalog;
import io.seqwarden.catalog.Watched;
import io.seqwarden.drift.FedColumn;
import io.seqwarden.testing.PrivateServer;
import io.seqwarden.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What others do to compare sequences with ids, or to set them. */
final class Peers {

  private static final Path SCRIPTS = Path.of("src/test/resources/io/seqwarden/bench");

  /** The server refuses 20,000: "stack depth limit exceeded". */
  private static final int MOST_FOR_UNION = 10_000;

  private final PrivateServer server;
  private final int tables;
  private final Catalog catalog;

  Peers(PrivateServer server, int tables, Catalog catalog) {
    this.server = server;
    this.tables = tables;
    this.catalog = catalog;
  }

  /**
   * Each with a connection of its own, as tools are run; those whose program is missing, and what
   * the server refuses, left out.
   */
  Map<String, Way> all() throws Exception {
    Map<String, Way> all = new LinkedHashMap<>();
    all.put("a statement a sequence, from a client that comes", Way.of(this::oneByOne));
    if (tables <= MOST_FOR_UNION) {
      all.put("UNION ALL of all sequences", Way.of(this::union));
    }
    if (runs("/usr/bin/python3", "-c", "import django, psycopg2")) {
      all.put("Django's sqlsequencereset", () -> script("python3", "django_sequence_reset.py"));
    }
    if (runs("/usr/bin/ruby", "-e", "require 'active_record'; require 'pg'")) {
      all.put("ActiveRecord's reset_pk_sequence!", () -> script("ruby", "active_record_reset.rb"));
    }
    return all;
  }

  private void oneByOne() throws SQLException {
    try (Connection session = server.connect("app")) {
      oneByOne(session, catalog);
    }
  }

  /** Reads mark and position of every sequence, each with a statement of its own. */
  static void oneByOne(Connection session, Catalog catalog) throws SQLException {
    try (Statement statement = session.createStatement()) {
      for (Watched watched : catalog.sequences()) {
        try (ResultSet row = statement.executeQuery(pair(watched))) {
          row.next();
        }
      }
    }
  }

  private void union() throws SQLException {
    String all =
        catalog.sequences().stream().map(Peers::pair).collect(Collectors.joining(" union all "));
    try (Connection session = server.connect("app");
        Statement statement = session.createStatement()) {
      statement.execute(all);
    }
  }

  private static String pair(Watched watched) {
    FedColumn column = watched.sequence().columns().get(0);
    return "select (select max(t.%s) from %s as t), s.last_value, s.is_called from %s as s"
        .formatted(column.quotedName(), column.table(), watched.sequence().name());
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException notThere) {
      return false;
    }
  }

  /** The seconds that a script says it took, its start left out. */
  private double script(String program, String name) throws IOException, InterruptedException {
    Path output = Files.createTempFile("seqwarden-bench", ".txt");
    try {
      int exit =
          new ProcessBuilder(
                  List.of(
                      "/usr/bin/" + program,
                      SCRIPTS.resolve(name).toString(),
                      "127.0.0.1",
                      Integer.toString(server.port()),
                      "app",
                      TestDatabase.SUPERUSER,
                      Integer.toString(tables)))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start()
              .waitFor();
      String said = Files.readString(output, StandardCharsets.UTF_8).strip();
      if (exit != 0) {
        throw new IOException(name + " ended with " + exit + ": " + said);
      }
      return Double.parseDouble(said);
    } finally {
      Files.delete(output);
    }
  }
}
