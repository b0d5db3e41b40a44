package io.seqwarden.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.repair.Installation;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A guarded table takes inserts when what the guard rests on was taken away. */
class WithoutTheDaemonTest {

  private static void guard(TestDatabase db, String user) throws Exception {
    try (Sweeping sweeping =
        new Sweeping(Sweeping.settings(db.jdbcUrl(), user, Mode.HEAL, GuardMode.ENSURE))) {
      assertThat(sweeping.sweep().problems()).isEmpty();
    }
    db.execute("insert into ticket values (50, 'x')");
    assertThat(next(db)).isEqualTo("51");
  }

  private static void guard(TestDatabase db) throws Exception {
    db.execute("create table ticket (id bigserial primary key, title text)");
    guard(db, TestDatabase.SUPERUSER);
  }

  /** A role of its own that installs: the owner of the table, of the guard and of nothing else. */
  private static String guardAsOwner(TestDatabase db) throws Exception {
    String owner = db.name() + "_warden";
    db.execute(
        "create role %s login".formatted(owner),
        "create table ticket (id bigserial primary key, title text)",
        "alter table ticket owner to " + owner,
        "grant create on schema public to " + owner,
        "grant create on database %s to %s".formatted(db.name(), owner));
    guard(db, owner);
    return owner;
  }

  private static String next(TestDatabase db) throws SQLException {
    return db.one("insert into ticket (title) values ('next') returning id");
  }

  private static void insertsStillWork(TestDatabase db) throws SQLException {
    db.execute("insert into ticket values (5000, 'x')");
    assertThat(next(db)).isEqualTo("52");
  }

  @EveryMajor
  void afterDropSchemaCascade(TestDatabase db) throws Exception {
    guard(db);

    db.execute("drop schema seqwarden cascade");

    insertsStillWork(db);
    assertThat(db.one("select count(*) from pg_trigger where not tgisinternal")).isEqualTo("0");
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE)) {
      assertThat(sweeping.sweep().problems()).isEmpty();
    }
    db.execute("insert into ticket values (6000, 'x')");
    assertThat(next(db)).isEqualTo("6001");
  }

  @EveryMajor
  void afterUninstallByScript(TestDatabase db) throws Exception {
    guard(db);

    db.execute(Installation.removalScript());

    insertsStillWork(db);
    assertThat(db.one("select count(*) from pg_proc where proname = 'sync_ticket_sequence'"))
        .isEqualTo("0");
  }

  @EveryMajor
  void afterTheGuardsOwnerIsReassignedToARoleWithNothingAndDropped(TestDatabase db)
      throws Exception {
    String owner = guardAsOwner(db);
    String heir = db.createRole("heir");

    db.execute(
        "alter table ticket owner to postgres",
        "reassign owned by %s to %s".formatted(owner, heir),
        "drop owned by " + owner,
        "drop role " + owner,
        "revoke usage on schema seqwarden from " + heir);

    insertsStillWork(db);
    assertThat(db.one("select count(*) from pg_trigger where tgname ~ '^seqwarden'"))
        .isEqualTo("2");
  }

  @EveryMajor
  void afterDropOwnedCascade(TestDatabase db) throws Exception {
    String owner = guardAsOwner(db);

    db.execute(
        "alter table ticket owner to postgres",
        "drop owned by %s cascade".formatted(owner),
        "drop role " + owner);

    insertsStillWork(db);
    assertThat(db.one("select count(*) from pg_trigger where tgname ~ '^seqwarden'"))
        .isEqualTo("0");
  }

  @EveryMajor
  void afterTheGuardsOwnerLosesItsRights(TestDatabase db) throws Exception {
    String owner = guardAsOwner(db);
    String application = db.createRole("application");
    db.execute(
        "alter table ticket owner to postgres",
        "revoke all on ticket, ticket_id_seq from " + owner,
        "grant insert, select on ticket to " + application,
        "grant usage on sequence ticket_id_seq to " + application);

    try (Connection connection = db.connectAs(application);
        Statement statement = connection.createStatement()) {
      statement.execute("insert into ticket values (5000, 'x')");
      statement.execute("insert into ticket (title) values ('default')");
    }

    assertThat(next(db)).isEqualTo("53");
    assertThat(db.one("select count(*) from seqwarden.event")).isEqualTo("1");
    db.execute("drop owned by %s cascade".formatted(owner), "drop role " + owner);
  }
}
