package io.seqwarden.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.drift.Event;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.PostgresServers;
import io.seqwarden.testing.PrivateServer;
import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** pg_stat_statements keeps a fixed number of texts; ours must not push out the application's. */
class StatementsTest {

  private static final int TABLES = 120;

  /** However many tables there are. */
  private static final int MOST = 50;

  @Test
  void theDaemonLeavesFewTextsWhateverTheNumberOfTables() throws Exception {
    try (PrivateServer server =
        PrivateServer.start(
            PostgresServers.newest(), Map.of("shared_preload_libraries", "pg_stat_statements"))) {
      server.execute("postgres", "create extension pg_stat_statements");
      server.execute("postgres", tables());
      server.execute("postgres", "select pg_stat_statements_reset()");
      DatabaseSettings settings =
          Sweeping.settings(
              server.jdbcUrl("postgres"),
              TestDatabase.SUPERUSER,
              Mode.HEAL,
              GuardMode.ENSURE,
              Duration.ofDays(1));
      try (Sweeping sweeping = new Sweeping(settings)) {
        for (int i = 0; i < 3; i++) {
          sweeping.sweep();
        }
        server.execute("postgres", drift());
        sweeping.sweep();
        sweeping.app().sweep(Event.Source.HTTP).toCompletableFuture().get(60, TimeUnit.SECONDS);
        for (int i = 0; i < TABLES; i++) {
          sweeping.syncTable("public.t" + i, i % 2 == 0);
        }
      }

      List<String> texts = texts(server);
      assertThat(texts.stream().filter(text -> text.startsWith("do $seqwarden$"))).isNotEmpty();
      assertThat(texts).hasSizeLessThanOrEqualTo(MOST);
    }
  }

  private static String[] tables() {
    List<String> statements = new ArrayList<>();
    for (int i = 0; i < TABLES; i++) {
      statements.add("create table t%d (id serial primary key)".formatted(i));
      statements.add("insert into t%d values (%d)".formatted(i, i % 3 == 0 ? 7 : i % 7));
    }
    return statements.toArray(String[]::new);
  }

  private static String[] drift() {
    List<String> statements = new ArrayList<>();
    for (int i = 0; i < TABLES; i += 2) {
      statements.add("set seqwarden.guard = off");
      statements.add("insert into t%d values (%d)".formatted(i, 100 + i));
    }
    return statements.toArray(String[]::new);
  }

  /** Those of the test itself left out. */
  private static List<String> texts(PrivateServer server) throws Exception {
    List<String> texts = new ArrayList<>();
    try (Connection session = server.connect("postgres");
        Statement statement = session.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select query from pg_stat_statements where query !~ '^(insert into t|set seqwarden.guard)'"
                    + " and query !~ 'pg_stat_statements'")) {
      while (row.next()) {
        texts.add(row.getString(1));
      }
    }
    return texts;
  }
}
