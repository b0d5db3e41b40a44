package io.seqwarden.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Where {@code seqwarden.sync} is installed the client calls that. */
@ExtendWith(PostgresExtension.class)
class InstalledTest {

  private static void installed(TestDatabase db) throws Exception {
    db.execute("create table ticket (id serial primary key, title text)");
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE)) {
      sweeping.sweep();
    }
    db.execute(
        "set seqwarden.guard = off; insert into ticket select i from generate_series(1, 40) as i");
  }

  private static int insert(TestDatabase db, String role) throws SQLException {
    try (HikariDataSource pool = Pool.of(db.jdbcUrl(), role, 1)) {
      return new SequenceRetry(pool)
          .call(
              connection -> {
                try (Statement statement = connection.createStatement()) {
                  return statement.executeUpdate("insert into ticket (title) values ('new')");
                }
              });
    }
  }

  @EveryMajor(ends = true)
  void aRoleThatMayNotReadTheIdsIsHealedByTheFunction(TestDatabase db) throws Exception {
    installed(db);
    String role = db.createRole("app");
    db.execute(
        "grant insert on ticket to " + role,
        "grant usage on sequence ticket_id_seq to " + role,
        "grant usage on schema seqwarden to " + role,
        "grant execute on function seqwarden.sync(regclass) to " + role);
    assertThat(insert(db, role)).isEqualTo(1);
    assertThat(db.one("select id from ticket where title = 'new'")).isEqualTo("41");
    assertThat(db.one("select source || ' ' || session_user from seqwarden.event"))
        .startsWith("sql ");
  }

  @Test
  void whatTheFunctionDoesNotKnowIsHealedFromTheClient(TestDatabase db) throws Exception {
    installed(db);
    db.execute(
        "alter table ticket rename to old",
        "create table ticket (id int primary key, title text)",
        "create sequence fresh",
        "alter table ticket alter id set default nextval('fresh')",
        "insert into ticket select i from generate_series(1, 40) as i");
    assertThat(insert(db, TestDatabase.SUPERUSER)).isEqualTo(1);
    assertThat(db.one("select id from ticket where title = 'new'")).isEqualTo("41");
  }

  /** Who may create a schema must not get what others run into it. */
  @Test
  void aFunctionThatRunsWithTheCallersRightsIsNotCalled(TestDatabase db) throws Exception {
    db.execute(
        "create table ticket (id serial primary key, title text)",
        "insert into ticket select i from generate_series(1, 40) as i",
        "create schema seqwarden",
        "create table seqwarden.caught (who text)",
        """
        create function seqwarden.sync(fed regclass)
        returns table (table_name text, column_name text, sequence_name text, before_value bigint,
                       after_value bigint, high_water numeric, state text)
        language sql as $$
          insert into seqwarden.caught values (current_user);
          select ''::text, ''::text, ''::text, 1::bigint, 1::bigint, 1::numeric, 'behind'::text
        $$""");
    assertThat(insert(db, TestDatabase.SUPERUSER)).isEqualTo(1);
    assertThat(db.one("select count(*) from seqwarden.caught")).isEqualTo("0");
  }
}
