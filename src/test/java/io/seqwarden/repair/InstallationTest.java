package io.seqwarden.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.catalog.Watched;
import io.seqwarden.drift.Limits;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is installed, brought up to date, left alone, and who may use it. */
@ExtendWith(PostgresExtension.class)
class InstallationTest {

  private static final String TICKET = "create table ticket (id bigserial primary key)";

  private static Installation.Outcome ensure(Installation installation, Watched watched)
      throws SQLException {
    return installation.ensure(List.of(watched), false, () -> false);
  }

  @EveryMajor
  void otherLimitsUpgradeInPlace(TestDatabase db) throws SQLException {
    db.execute(TICKET);
    try (Repairing repairing = new Repairing(db)) {
      Watched ticket = repairing.watched("ticket", "id", "ticket_id_seq");
      repairing.install(ticket);
      InstallSettings before = Repairing.settings();
      InstallSettings after =
          new InstallSettings(
              new Limits(new BigDecimal("0.5"), new BigDecimal("0.1")),
              before.timeouts(),
              before.events(),
              before.syncExecute());
      Installation upgraded = new Installation(repairing.database(), after, Clock.systemUTC());

      assertThat(ensure(upgraded, ticket)).isEqualTo(new Installation.Outcome(1, List.of()));
      assertThat(ensure(upgraded, ticket)).isEqualTo(new Installation.Outcome(0, List.of()));
    }
  }

  /** As a version before this one left it: the function is replaced, the table is not touched. */
  @EveryMajor
  void aGuardOfAnotherVersionIsReplacedBelowItsTrigger(TestDatabase db) throws SQLException {
    db.execute(TICKET);
    String triggers = "select string_agg(oid || ' ' || xmin, ',' order by oid) from pg_trigger";
    try (Repairing repairing = new Repairing(db)) {
      Watched ticket = repairing.watched("ticket", "id", "ticket_id_seq");
      Installation installation = repairing.installation();
      ensure(installation, ticket);
      String before = db.one(triggers);
      db.execute(
          """
          do $$ begin execute (
            select string_agg(format('create or replace function %s returns trigger language plpgsql
                     volatile security definer as ''begin return null; end''',
                     oid::regprocedure), ';')
              from pg_proc where proname ~ '^guard_'); end $$
          """);
      assertThat(installation.status(List.of(ticket)).guarded()).isEmpty();

      assertThat(ensure(installation, ticket)).isEqualTo(new Installation.Outcome(1, List.of()));

      assertThat(ensure(installation, ticket).steps()).isZero();
      assertThat(installation.status(List.of(ticket)).guarded()).hasSize(1);
      assertThat(db.one(triggers)).isEqualTo(before);
    }
    assertThat(
            db.one(
                "select string_agg(distinct concat_ws(' ', provolatile, prosecdef, proconfig), ',')"
                    + " from pg_proc where proname ~ '^guard_'"))
        .isEqualTo("s t {lock_timeout=200ms}");
    db.execute("insert into ticket values (50)");
    assertThat(db.one("insert into ticket default values returning id")).isEqualTo("51");
  }

  @EveryMajor
  void aFunctionOfThatNameThatIsNotOursIsLeftAlone(TestDatabase db) throws SQLException {
    db.execute(
        TICKET, "create function sync_ticket_sequence() returns void language sql as 'select 42'");
    try (Repairing repairing = new Repairing(db)) {
      Installation.Outcome outcome =
          ensure(repairing.installation(), repairing.watched("ticket", "id", "ticket_id_seq"));

      assertThat(outcome.problems())
          .singleElement()
          .asString()
          .startsWith(
              "\"public\".\"sync_ticket_sequence\"() is not seqwarden's and was left alone");
    }
    assertThat(db.one("select prosrc from pg_proc where proname = 'sync_ticket_sequence'"))
        .isEqualTo("select 42");
  }

  @EveryMajor
  void aSchemaOfThatNameThatIsNotOursIsLeftAlone(TestDatabase db) throws SQLException {
    db.execute(TICKET, "create schema seqwarden", "create table seqwarden.theirs ()");
    try (Repairing repairing = new Repairing(db)) {
      Installation.Outcome outcome =
          ensure(repairing.installation(), repairing.watched("ticket", "id", "ticket_id_seq"));

      assertThat(outcome.steps()).isZero();
      assertThat(outcome.problems())
          .singleElement()
          .asString()
          .contains("is not seqwarden's (its comment does not say so), so nothing was installed");
      repairing.installation().uninstall(() -> false);
    }
    assertThat(db.one("select count(*) from seqwarden.theirs")).isEqualTo("0");
  }

  @Test
  void whatFailsIsToldWithoutTheStatement(TestDatabase db) throws SQLException {
    db.execute(
        TICKET,
        "create schema seqwarden",
        "comment on schema seqwarden is 'seqwarden objects of another version'",
        "create function seqwarden.advance(sequence regclass, target bigint) returns text"
            + " language sql as 'select null'");
    try (Repairing repairing = new Repairing(db)) {
      Installation.Outcome outcome =
          ensure(repairing.installation(), repairing.watched("ticket", "id", "ticket_id_seq"));

      assertThat(outcome.problems())
          .singleElement()
          .asString()
          .startsWith("schema seqwarden could not be changed: ERROR: cannot change return type")
          .doesNotContain("create or replace function");
    }
  }

  @EveryMajor
  void besideAPublicationOfAllTablesThereIsNoEventTable(TestDatabase db) throws SQLException {
    db.execute(TICKET, "create publication everything for all tables");
    try (Repairing repairing = new Repairing(db)) {
      Installation.Outcome outcome =
          ensure(repairing.installation(), repairing.watched("ticket", "id", "ticket_id_seq"));

      assertThat(outcome.problems())
          .singleElement()
          .asString()
          .startsWith("seqwarden.event was not created in " + db.name());
    }
    db.execute("insert into ticket values (50)");
    assertThat(db.one("insert into ticket default values returning id")).isEqualTo("51");
  }

  @Test
  void onlyThoseWhoShouldMayExecute(TestDatabase db) throws SQLException {
    String caller = db.createRole("caller");
    String stranger = db.createRole("stranger");
    db.execute(
        "alter default privileges grant execute on functions to public",
        "alter default privileges grant execute on functions to " + stranger,
        "alter default privileges grant select on tables to " + stranger,
        TICKET,
        "insert into ticket values (9)");
    try (Repairing repairing = new Repairing(db)) {
      Watched ticket = repairing.watched("ticket", "id", "ticket_id_seq");
      assertThat(ensure(repairing.installation(caller), ticket).problems()).isEmpty();
    }

    assertThat(
            db.rows(
                "select count(*) from pg_proc p join pg_namespace n on n.oid = p.pronamespace,"
                    + " aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where"
                    + " (n.nspname = 'seqwarden' or p.proname like 'sync\\_%') and a.grantee in (0,"
                    + " '"
                    + stranger
                    + "'::regrole)"))
        .containsExactly(List.of(0L));
    assertThat(
            db.one("select has_table_privilege('" + stranger + "', 'seqwarden.event', 'SELECT')"))
        .isEqualTo("f");
    try (Connection connection = db.connectAs(caller);
        Statement statement = connection.createStatement()) {
      statement.execute("select sync_ticket_sequence()");
    }
    assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("9");
  }

  /** As a dump leaves it that was restored without its privileges. */
  @Test
  void whatIsOpenToEverybodyIsClosedAgain(TestDatabase db) throws SQLException {
    String caller = db.createRole("caller");
    db.execute(TICKET);
    try (Repairing repairing = new Repairing(db)) {
      Watched ticket = repairing.watched("ticket", "id", "ticket_id_seq");
      ensure(repairing.installation(caller), ticket);
      db.execute(
          "grant execute on all functions in schema seqwarden to public",
          "grant execute on function sync_ticket_sequence() to public",
          "revoke execute on function seqwarden.sync_all() from " + caller);

      assertThat(ensure(repairing.installation(caller), ticket).problems()).isEmpty();
      assertThat(ensure(repairing.installation(caller), ticket).steps()).isZero();
    }
    assertThat(
            db.one(
                "select count(*) from pg_proc p join pg_namespace n on n.oid = p.pronamespace,"
                    + " aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where"
                    + " (n.nspname = 'seqwarden' or p.proname like 'sync\\_%') and a.grantee = 0"))
        .isEqualTo("0");
    assertThat(
            db.one(
                "select has_function_privilege('%s', 'seqwarden.sync_all()', 'execute')"
                    .formatted(caller)))
        .isEqualTo("t");
  }
}
