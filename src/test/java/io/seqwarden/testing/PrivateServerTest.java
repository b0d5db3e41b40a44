package io.seqwarden.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PrivateServerTest {

  @Test
  void keepsItsDataOverACrashAndHasAStandbyToPromote() throws Exception {
    try (PrivateServer primary =
        PrivateServer.start(PostgresServers.newest(), Map.of("work_mem", "5MB"))) {
      primary.execute("postgres", "create table t (id int)", "insert into t values (1)");
      primary.kill();
      primary.start();
      assertThat(one(primary, "select id from t")).isEqualTo("1");
      assertThat(one(primary, "show work_mem")).isEqualTo("5MB");

      try (PrivateServer standby = primary.standby()) {
        primary.execute("postgres", "insert into t values (2)");
        Awaitility.await()
            .untilAsserted(() -> assertThat(one(standby, "select max(id) from t")).isEqualTo("2"));
        assertThat(one(standby, "select pg_is_in_recovery()")).isEqualTo("t");
        primary.kill();

        standby.promote();

        assertThat(one(standby, "select pg_is_in_recovery()")).isEqualTo("f");
      }
    }
  }

  private static String one(PrivateServer server, String sql) throws SQLException {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
