package io.seqwarden.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code sync} of what is named: what a name means, and what is told of it. */
@ExtendWith(PostgresExtension.class)
class NamedSyncTest {

  private static Ran sync(TestDatabase db, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("sync", "--url", db.jdbcUrl(), "--user", TestDatabase.SUPERUSER));
    arguments.addAll(List.of(more));
    return Ran.command(arguments.toArray(new String[0]));
  }

  @Test
  void anUnqualifiedNameOfTwoTablesIsRefusedThoughOneSequenceFeedsBoth(TestDatabase db)
      throws Exception {
    db.execute(
        "create table ticket (id bigserial primary key)",
        "create schema old",
        "create table old.ticket (id bigint primary key default nextval('ticket_id_seq'))",
        "insert into old.ticket values (7)");

    Ran ran = sync(db, "ticket");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.errLines())
        .containsExactly(
            "ticket is not clear: it may be old.ticket, public.ticket. Write it with its schema.");
    assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("1");
    assertThat(sync(db, "old.ticket").exitCode()).isZero();
    assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("7");
  }

  @Test
  void namesAreTakenQuotedRawAndFolded(TestDatabase db) throws Exception {
    db.execute(
        "create table \"Order\" (id serial primary key)",
        "create table ticket (id serial primary key)",
        "insert into \"Order\" values (3)",
        "insert into ticket values (4)");

    assertThat(sync(db, "public.\"Order\"").exitCode()).isZero();
    assertThat(sync(db, "public.Order").exitCode()).isZero();
    assertThat(sync(db, "Order").exitCode()).isZero();
    assertThat(sync(db, "\"Order_id_seq\"").exitCode()).isZero();
    assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("1");
    assertThat(sync(db, "PUBLIC.Ticket").exitCode()).isZero();

    assertThat(db.one("select last_value from \"Order_id_seq\"")).isEqualTo("3");
    assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("4");
  }

  @Test
  void aPartitionMeansTheSequenceOfItsTable(TestDatabase db) throws Exception {
    db.execute(
        "create table ticket (id bigserial primary key) partition by range (id)",
        "create table ticket_low partition of ticket for values from (1) to (1000)",
        "insert into ticket values (9)");

    assertThat(sync(db, "ticket_low").exitCode()).isZero();

    assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("9");
  }

  @Test
  void theReportTellsOfTheDatabaseTheGuardAndTheAdvance(TestDatabase db) throws Exception {
    db.execute("create table ticket (id bigserial primary key)");
    Ran installed = Ran.command("install", "--url", db.jdbcUrl(), "--user", TestDatabase.SUPERUSER);
    assertThat(installed.exitCode()).isZero();
    db.execute("set seqwarden.guard = off; insert into ticket values (12)");

    Ran ran = sync(db, "--format", "json", "ticket");
    JsonNode json = new ObjectMapper().readTree(ran.out());

    assertThat(ran.exitCode()).isZero();
    JsonNode database = json.get("databases").get(0);
    assertThat(database.get("up").asBoolean()).isTrue();
    assertThat(database.get("role").asText()).isEqualTo("primary");
    assertThat(database.get("counts").get("in_sync").asInt()).isEqualTo(1);
    assertThat(json.get("findings").get(0).get("guarded").asBoolean()).isTrue();
    assertThat(json.get("events")).hasSize(1);
    assertThat(json.get("events").get(0).get("after").asLong()).isEqualTo(12);
    assertThat(db.rows("select source, before, after from seqwarden.event"))
        .containsExactly(List.of("cli", 1L, 12L));
  }

  @Test
  void anUnreachableDatabaseIsSaidToBeUnreachable() {
    Ran ran =
        Ran.command(
            "sync", "--url", "jdbc:postgresql://127.0.0.1:1/app", "--user", "nobody", "ticket");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).contains("! app cannot be reached: ").contains("(08001)");
    assertThat(ran.out() + ran.err()).doesNotContain("No watched sequence");
  }

  @Test
  void aDryRunOfANameChangesNothing(TestDatabase db) throws Exception {
    db.execute("create table ticket (id bigserial primary key)", "insert into ticket values (5)");

    Ran ran = sync(db, "--dry-run", "ticket");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).isEmpty();
    assertThat(db.one("select last_value || ' ' || is_called from ticket_id_seq"))
        .isEqualTo("1 false");
  }
}
