package io.seqwarden.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.seqwarden.app.RunningDaemon;
import io.seqwarden.testing.FaultyProxy;
import io.seqwarden.testing.PostgresServers;
import io.seqwarden.testing.PrivateServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What befalls a server, seen from the daemon as it is run. */
final class ServerFaultsTest {

  private static final String UP = "seqwarden_database_up{database=\"app\"}";
  private static final String PRIMARY = "seqwarden_database_is_primary{database=\"app\"}";
  private static final String ADVANCES =
      "seqwarden_advances_total{database=\"app\",sequence=\"public.ticket_id_seq\",source=\"%s\"}";
  private static final String SEQUENCE = "/api/v1/databases/app/sequences/public.ticket_id_seq";

  private static final String GAP =
      "seqwarden_sequence_gap{database=\"app\",sequence=\"public.ticket_id_seq\"}";
  private static final String SUPERUSER = "?user=postgres";
  private static final String RELOAD = "select pg_reload_conf()";
  private static final String READ_ONLY = "show default_transaction_read_only";

  @TempDir private Path folder;

  @AfterEach
  void nothingOfOursRuns() {
    await().untilAsserted(() -> assertThat(Leftovers.threads()).isEmpty());
  }

  private static PrivateServer server(Map<String, String> settings) throws SQLException {
    PrivateServer server = PrivateServer.start(PostgresServers.newest(), settings);
    server.execute("postgres", "create table ticket (id bigserial primary key)");
    return server;
  }

  private RunningDaemon daemon(String url) throws Exception {
    RunningDaemon daemon = RunningDaemon.start(folder, RunningDaemon.database("app", url));
    eventually(() -> assertThat(daemon.get("/readyz").statusCode()).isEqualTo(200));
    eventually(() -> assertThat(daemon.metric(UP)).isEqualTo(1));
    return daemon;
  }

  private static String sweeps(String outcome) {
    return "seqwarden_sweeps_total{database=\"app\",outcome=\"%s\"}".formatted(outcome);
  }

  /** Longer than the longest wait before the next try, and then as long as machines take. */
  private static void eventually(ThrowingRunnable assertion) {
    await().atMost(Duration.ofSeconds(75)).untilAsserted(assertion);
  }

  private static String one(PrivateServer server, String sql) throws SQLException {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  /** Ids past the guard, and the sequence's way there by a sweep. */
  private static void driftsAndIsHealed(RunningDaemon daemon, PrivateServer server, long to)
      throws SQLException {
    server.execute(
        "postgres", "set seqwarden.guard = off; insert into ticket values (%d)".formatted(to));
    eventually(
        () ->
            assertThat(one(server, "select last_value from ticket_id_seq"))
                .isEqualTo(Long.toString(to)));
    eventually(() -> assertThat(known(daemon, "sweep")).endsWith(to));
  }

  /** Where events of that source say that the sequence went, oldest first. */
  private static List<Long> known(RunningDaemon daemon, String source) {
    List<Long> afters = new ArrayList<>();
    for (JsonNode event : daemon.json("/api/v1/events?limit=1000").get("events")) {
      if (event.get("source").asText().equals(source)) {
        afters.add(0, event.get("after").asLong());
      }
    }
    return afters;
  }

  private static void isDown(RunningDaemon daemon) {
    eventually(() -> assertThat(daemon.metric(UP)).isZero());
    assertThat(daemon.metric(sweeps("failed"))).isPositive();
    assertThat(daemon.get("/livez").statusCode()).isEqualTo(200);
    assertThat(daemon.get("/readyz").statusCode()).isEqualTo(200);
    assertThat(daemon.json("/readyz").get("unreachable").get(0).asText()).isEqualTo("app");
    JsonNode app = daemon.json("/api/v1/databases").get("databases").get(0);
    assertThat(app.get("up").asBoolean()).isFalse();
    assertThat(app.get("problem").asText()).startsWith("app cannot be reached: ");
    // What was known stays known.
    assertThat(daemon.json(SEQUENCE).get("state").asText()).isEqualTo("in_sync");
  }

  private static void isUp(RunningDaemon daemon) {
    double swept = daemon.metric(sweeps("ok"));
    eventually(() -> assertThat(daemon.metric(UP)).isEqualTo(1));
    eventually(() -> assertThat(daemon.metric(sweeps("ok"))).isGreaterThan(swept));
    assertThat(daemon.json("/readyz").get("unreachable")).isEmpty();
  }

  @Test
  void killedAndRestarted() throws Exception {
    try (PrivateServer server = server(Map.of());
        RunningDaemon daemon = daemon(server.jdbcUrl("postgres") + SUPERUSER)) {
      driftsAndIsHealed(daemon, server, 100);
      server.execute("postgres", "insert into ticket values (200)");
      eventually(() -> assertThat(known(daemon, "guard")).containsExactly(200L));

      server.kill();
      isDown(daemon);
      server.start();
      isUp(daemon);

      driftsAndIsHealed(daemon, server, 300);
      assertThat(known(daemon, "sweep")).containsExactly(100L, 300L);
      assertThat(known(daemon, "guard")).containsExactly(200L);
      assertThat(daemon.metric(ADVANCES.formatted("sweep"))).isEqualTo(2);
      assertThat(daemon.metric(ADVANCES.formatted("guard"))).isEqualTo(1);
    }
  }

  @Test
  void fullOfOthersConnections() throws Exception {
    try (PrivateServer server =
            server(Map.of("max_connections", "12", "superuser_reserved_connections", "3"));
        FaultyProxy proxy = FaultyProxy.before(server.port())) {
      // Not a superuser, for whom the reserved ones are.
      server.execute(
          "postgres",
          "create role warden login",
          "alter database postgres owner to warden",
          "alter table ticket owner to warden",
          "alter schema public owner to warden");
      String url = proxy.jdbcUrl("postgres") + "?user=warden";
      try (RunningDaemon daemon = daemon(url)) {
        driftsAndIsHealed(daemon, server, 100);
        List<Connection> others = new ArrayList<>();
        try {
          // Ours ends, and what comes free meanwhile is taken by somebody else.
          proxy.refuse();
          isDown(daemon);
          fill(server, others);
          proxy.heal();
          eventually(
              () -> assertThat(problem(daemon)).contains("(53300)", "app cannot be reached: "));
          isDown(daemon);
        } finally {
          for (Connection other : others) {
            other.close();
          }
        }
        isUp(daemon);
        driftsAndIsHealed(daemon, server, 200);
        assertThat(known(daemon, "sweep")).containsExactly(100L, 200L);
      }
    }
  }

  /** Takes all connections that are not reserved for superusers. */
  private static void fill(PrivateServer server, List<Connection> others) {
    try {
      while (true) {
        others.add(
            DriverManager.getConnection(server.jdbcUrl("postgres") + "?user=warden&password="));
      }
    } catch (SQLException full) {
      assertThat(full.getSQLState()).isEqualTo("53300");
    }
  }

  private static String problem(RunningDaemon daemon) {
    return daemon.json("/api/v1/databases").get("databases").get(0).get("problem").asText();
  }

  @Test
  void readOnlyForAWhile() throws Exception {
    try (PrivateServer server = server(Map.of());
        RunningDaemon daemon = daemon(server.jdbcUrl("postgres") + SUPERUSER)) {
      driftsAndIsHealed(daemon, server, 100);
      server.execute("postgres", "alter system set default_transaction_read_only = on", RELOAD);
      eventually(() -> assertThat(one(server, READ_ONLY)).isEqualTo("on"));
      server.execute(
          "postgres",
          "set default_transaction_read_only = off",
          "set seqwarden.guard = off",
          "insert into ticket values (200)");

      eventually(() -> assertThat(daemon.json(SEQUENCE).get("state").asText()).isEqualTo("behind"));
      double partial = daemon.metric(sweeps("partial"));
      eventually(() -> assertThat(daemon.metric(sweeps("partial"))).isGreaterThan(partial));
      assertThat(daemon.metric(UP)).isEqualTo(1);
      assertThat(daemon.metric(GAP)).isEqualTo(100);
      assertThat(daemon.get("/readyz").statusCode()).isEqualTo(200);
      assertThat(daemon.get("/api/v1/databases").body())
          .contains("public.ticket_id_seq is behind and could not be advanced", "(25006)");
      assertThat(known(daemon, "sweep")).containsExactly(100L);

      server.execute(
          "postgres",
          "set default_transaction_read_only = off",
          "alter system reset default_transaction_read_only",
          RELOAD);
      eventually(() -> assertThat(known(daemon, "sweep")).containsExactly(100L, 200L));
      assertThat(one(server, "select last_value from ticket_id_seq")).isEqualTo("200");
      isUp(daemon);
    }
  }

  @Test
  void failsOverToAStandby() throws Exception {
    try (PrivateServer primary = server(Map.of());
        PrivateServer standby = primary.standby()) {
      String url =
          "jdbc:postgresql://127.0.0.1:%d,127.0.0.1:%d/postgres?targetServerType=primary&user=postgres"
              .formatted(primary.port(), standby.port());
      try (RunningDaemon daemon = daemon(url)) {
        driftsAndIsHealed(daemon, primary, 100);
        primary.execute("postgres", "insert into ticket values (200)");
        eventually(() -> assertThat(known(daemon, "guard")).containsExactly(200L));
        eventually(
            () ->
                assertThat(one(standby, "select max(after) from seqwarden.event"))
                    .isEqualTo("200"));
        // The standby is left behind by transactions that are lost, and whose ids are given out
        // a second time after the promotion.
        standby.stop();
        primary.execute(
            "postgres",
            "do $$ begin for i in 1 .. 50 loop perform txid_current(); commit; end loop; end $$");
        double swept = daemon.metric(sweeps("ok"));
        eventually(() -> assertThat(daemon.metric(sweeps("ok"))).isGreaterThan(swept + 1));

        primary.kill();
        isDown(daemon);
        standby.start();
        standby.promote();
        isUp(daemon);

        assertThat(daemon.metric(PRIMARY)).isEqualTo(1);
        standby.execute("postgres", "insert into ticket values (300)");
        eventually(() -> assertThat(known(daemon, "guard")).containsExactly(200L, 300L));
        driftsAndIsHealed(daemon, standby, 400);
        assertThat(known(daemon, "sweep")).containsExactly(100L, 400L);
        assertThat(daemon.metric(ADVANCES.formatted("sweep"))).isEqualTo(2);
        assertThat(daemon.metric(ADVANCES.formatted("guard"))).isEqualTo(2);
      }
    }
  }

  @Test
  void aStandbyIsJudgedAndNeverWrittenTo() throws Exception {
    try (PrivateServer primary = server(Map.of());
        PrivateServer standby = primary.standby();
        RunningDaemon daemon = daemon(standby.jdbcUrl("postgres") + SUPERUSER)) {
      assertThat(daemon.metric(PRIMARY)).isZero();
      primary.execute("postgres", "insert into ticket values (100)");

      eventually(() -> assertThat(daemon.json(SEQUENCE).get("state").asText()).isEqualTo("behind"));
      assertThat(daemon.metric(sweeps("failed"))).isZero();
      assertThat(known(daemon, "sweep")).isEmpty();

      primary.stop();
      standby.promote();

      eventually(() -> assertThat(daemon.metric(PRIMARY)).isEqualTo(1));
      eventually(() -> assertThat(known(daemon, "sweep")).containsExactly(100L));
    }
  }
}
