package io.seqwarden.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * {@code sync_ticket_sequence()} as PostgREST calls it: a role that logs in for everybody takes the
 * role of the request within a transaction.
 */
@ExtendWith(PostgresExtension.class)
class ShortFormTest {

  private static final String CALL = "select * from public.sync_ticket_sequence()";

  private static void installed(TestDatabase db, String authenticator, String... mayCall)
      throws Exception {
    db.execute("create table ticket (id serial primary key, title text)");
    DatabaseSettings all =
        Sweeping.settings(db.jdbcUrl(), TestDatabase.SUPERUSER, Mode.HEAL, GuardMode.ENSURE);
    try (Sweeping sweeping =
        new Sweeping(
            new DatabaseSettings(
                all.connection(),
                all.schedule(),
                all.fullEvery(),
                all.mode(),
                all.guard(),
                all.catalog(),
                all.limits(),
                all.events(),
                List.of(mayCall)))) {
      assertThat(sweeping.sweep().problems()).isEmpty();
    }
    for (String role : mayCall) {
      db.execute("grant %s to %s".formatted(role, authenticator));
    }
    db.execute(
        "set seqwarden.guard = off; insert into ticket select i from generate_series(1, 40) as i");
  }

  /** What one request does. */
  private static String request(Connection connection, String role) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("set local role " + role);
      try (ResultSet row = statement.executeQuery(CALL)) {
        row.next();
        String answer = row.getString(1);
        connection.commit();
        return answer;
      }
    } finally {
      connection.rollback();
    }
  }

  @EveryMajor(ends = true)
  void whoIsNamedMayCallItAndLearnsNothing(TestDatabase db) throws Exception {
    String anon = db.createRole("anon");
    String authenticator = db.createRole("authenticator");
    installed(db, authenticator, anon);
    try (Connection connection = db.connectAs(authenticator)) {
      assertThat(request(connection, anon)).isEmpty();
    }
    assertThat(db.one("insert into ticket (title) values ('x') returning id")).isEqualTo("41");
    assertThat(
            db.one(
                "select pronargs || ' ' || prorettype::regtype from pg_proc"
                    + " where proname = 'sync_ticket_sequence'"))
        .isEqualTo("0 void");
  }

  @EveryMajor(ends = true)
  void whoIsNotNamedMayNot(TestDatabase db) throws Exception {
    String anon = db.createRole("anon");
    String stranger = db.createRole("stranger");
    String authenticator = db.createRole("authenticator");
    installed(db, authenticator, anon);
    db.execute("grant %s to %s".formatted(stranger, authenticator));
    try (Connection connection = db.connectAs(authenticator)) {
      assertThatThrownBy(() -> request(connection, stranger))
          .hasMessageContaining("permission denied for function sync_ticket_sequence");
    }
    assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("1");
  }

  @EveryMajor(ends = true)
  void aThousandCallsMoveItOnceAndNeverToAnOutlier(TestDatabase db) throws Exception {
    String anon = db.createRole("anon");
    String authenticator = db.createRole("authenticator");
    installed(db, authenticator, anon);
    db.execute("set seqwarden.guard = off; insert into ticket values (2147483647, 'typed')");
    try (Connection connection = db.connectAs(authenticator)) {
      for (int call = 0; call < 1_000; call++) {
        request(connection, anon);
      }
    }
    assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("40");
    db.execute("select setval('ticket_id_seq', 500)");
    try (Connection connection = db.connectAs(authenticator)) {
      request(connection, anon);
    }
    assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("500");
  }
}
