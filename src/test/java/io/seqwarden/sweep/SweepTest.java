package io.seqwarden.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Reason;
import io.seqwarden.drift.State;
import io.seqwarden.drift.Warning;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whole sweeps of a real database. */
@ExtendWith(PostgresExtension.class)
class SweepTest {

  private static final String[] DRIFTED = {
    "create table ticket (id bigserial primary key, title text)",
    "insert into ticket select i, 'imported' from generate_series(1, 1285) i"
  };

  private static String told(Finding finding) {
    return finding.sequence().name()
        + " "
        + finding.verdict().state().word()
        + " "
        + finding.verdict().warnings();
  }

  @EveryMajor
  void aDriftedTicketTakesInsertsAgain(TestDatabase db) throws Exception {
    db.execute(DRIFTED);
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE)) {
      SweepReport report = sweeping.sweep();

      assertThat(report.problems()).isEmpty();
      assertThat(report.outcome()).isEqualTo(SweepReport.Outcome.OK);
      assertThat(report.findings())
          .extracting(SweepTest::told)
          .containsExactly("public.ticket_id_seq in_sync []");
      assertThat(report.findings().get(0).guarded()).isTrue();
      assertThat(report.events()).hasSize(1);
      assertThat(report.events().get(0).before()).isEqualTo(OptionalLong.of(1));
      assertThat(report.events().get(0).after()).isEqualTo(OptionalLong.of(1285));
      assertThat(db.one("insert into ticket (title) values ('plain') returning id"))
          .isEqualTo("1286");
    }
  }

  @EveryMajor
  void observingWritesNothingAtAll(TestDatabase db) throws Exception {
    db.execute(DRIFTED);
    String before = db.one("select pg_current_xact_id_if_assigned() is null and true");
    try (Sweeping sweeping = new Sweeping(db, Mode.OBSERVE, GuardMode.CHECK)) {
      SweepReport report = sweeping.sweep();

      assertThat(report.findings())
          .extracting(SweepTest::told)
          .containsExactly("public.ticket_id_seq behind [GUARD_MISSING]");
      assertThat(sweeping.syncTable("public.ticket", true))
          .isInstanceOf(DatabaseWatch.SyncResult.Judged.class);
    }
    assertThat(before).isEqualTo("t");
    assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("1");
    assertThat(db.one("select count(*) from pg_namespace where nspname = 'seqwarden'"))
        .isEqualTo("0");
  }

  @EveryMajor
  void withoutGuardNothingIsInstalledAndHealingWorks(TestDatabase db) throws Exception {
    db.execute(DRIFTED);
    String role = db.createRole("healer");
    db.execute(
        "grant usage on schema public to " + role,
        "grant select (id) on ticket to " + role,
        "grant select, update on sequence ticket_id_seq to " + role);
    DatabaseSettings settings = Sweeping.settings(db.jdbcUrl(), role, Mode.HEAL, GuardMode.OFF);
    try (Sweeping sweeping = new Sweeping(settings)) {
      SweepReport report = sweeping.sweep();

      assertThat(report.problems()).isEmpty();
      assertThat(report.findings())
          .extracting(SweepTest::told)
          .containsExactly("public.ticket_id_seq in_sync []");
    }
    assertThat(db.one("select count(*) from pg_namespace where nspname = 'seqwarden'"))
        .isEqualTo("0");
  }

  @EveryMajor
  void aMissingUpdateIsNamedAndOthersAreHealed(TestDatabase db) throws Exception {
    db.execute(DRIFTED);
    db.execute("create table z (id serial primary key)", "insert into z values (5)");
    String role = db.createRole("healer");
    db.execute(
        "grant select on ticket, z to " + role,
        "grant select on sequence ticket_id_seq to " + role,
        "grant select, update on sequence z_id_seq to " + role);
    DatabaseSettings settings = Sweeping.settings(db.jdbcUrl(), role, Mode.HEAL, GuardMode.OFF);
    try (Sweeping sweeping = new Sweeping(settings)) {
      SweepReport report = sweeping.sweep();

      assertThat(report.findings())
          .extracting(SweepTest::told)
          .containsExactly("public.ticket_id_seq behind []", "public.z_id_seq in_sync []");
      assertThat(report.outcome()).isEqualTo(SweepReport.Outcome.PARTIAL);
      assertThat(report.problems())
          .singleElement()
          .asString()
          .contains("public.ticket_id_seq is behind and could not be advanced")
          .contains("GRANT SELECT, UPDATE ON SEQUENCE public.ticket_id_seq");
    }
  }

  @EveryMajor
  void guardsTellWhoMoved(TestDatabase db) throws Exception {
    db.execute(DRIFTED);
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE)) {
      sweeping.sweep();
      try (Connection connection = db.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("set application_name = 'import'");
        statement.execute("insert into ticket values (2000, 'explicit')");
      }
      sweeping.sweep();
      sweeping.sweep();

      assertThat(sweeping.events)
          .extracting(e -> e.source().word() + " " + e.applicationName() + " " + e.after())
          .containsExactly("sweep seqwarden OptionalLong[1285]", "guard import OptionalLong[2000]");
    }
  }

  @Test
  void whatWasRefusedIsForgottenWithItsSequence(TestDatabase db) throws Exception {
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.OFF)) {
      db.execute(
          "create table ticket (id serial primary key)",
          "insert into ticket values (41), (2000000000)");
      sweeping.sweep();
      SweptDatabase swept = ((SwitchedDatabase) sweeping.app()).current();
      assertThat(swept.remembered()).isEqualTo(1);

      db.execute("drop table ticket");
      sweeping.sweep();

      assertThat(swept.remembered()).isZero();
    }
  }

  @EveryMajor
  void anOutlierIsAnEventOnceAndNotFollowedUnlessForced(TestDatabase db) throws Exception {
    db.execute(
        "create table ticket (id serial primary key)",
        "insert into ticket values (41), (2000000000)");
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.OFF)) {
      SweepReport first = sweeping.sweep();
      SweepReport second = sweeping.sweep();

      assertThat(first.findings())
          .extracting(SweepTest::told)
          .containsExactly("public.ticket_id_seq in_sync [OUTLIER]");
      assertThat(first.events())
          .extracting(Event::refusal)
          .containsExactly(Optional.empty(), Optional.of(Reason.Code.OUTLIER));
      assertThat(second.events()).isEmpty();
      assertThat(db.one("insert into ticket default values returning id")).isEqualTo("42");

      sweeping.syncTable("public.ticket", true);
      assertThat(db.one("insert into ticket default values returning id")).isEqualTo("2000000001");
    }
  }

  @EveryMajor
  void denseRowsBeyondTheBoundAreNeverInSync(TestDatabase db) throws Exception {
    db.execute(
        "create table s (id smallserial primary key)",
        "insert into s select generate_series(1, 30000)",
        "create table full_s (id smallserial primary key)",
        "insert into full_s select generate_series(1, 32767)");
    try (Sweeping sweeping = new Sweeping(db, Mode.OBSERVE, GuardMode.OFF)) {
      assertThat(sweeping.sweep().findings())
          .extracting(finding -> finding.verdict().state())
          .containsExactly(State.BEHIND, State.BEHIND);
    }
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.OFF)) {
      assertThat(sweeping.sweep().findings())
          .extracting(finding -> finding.verdict().state())
          .containsExactly(State.REFUSED, State.IN_SYNC);
    }
    assertThat(db.one("insert into s default values returning id")).isEqualTo("30001");
  }

  @Test
  void aLongWriterDelaysTheGuardAndNotTheSweep(TestDatabase db) throws Exception {
    db.execute(DRIFTED);
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE);
        Connection writer = db.connect();
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute("update ticket set title = 'x' where id = 1");

      SweepReport blocked = sweeping.sweep();
      writer.commit();

      assertThat(blocked.findings())
          .extracting(SweepTest::told)
          .containsExactly("public.ticket_id_seq in_sync [GUARD_MISSING]");
      assertThat(blocked.problems())
          .singleElement()
          .asString()
          .startsWith("the guard on public.ticket could not be changed:")
          .endsWith(
              "Another session holds its lock for longer than limits.lock-timeout; tried again in 1 s");
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> sweeping.sweep().findings().get(0).guarded());
    }
  }

  @Test
  void callersShareRepairs(TestDatabase db) throws Exception {
    db.execute(DRIFTED);
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.OFF)) {
      List<CompletableFuture<DatabaseWatch.SyncResult>> calls = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        calls.add(
            sweeping
                .app()
                .syncTable("public.ticket", false, Event.Source.HTTP)
                .toCompletableFuture());
      }
      for (CompletableFuture<DatabaseWatch.SyncResult> call : calls) {
        assertThat(call.get()).isInstanceOf(DatabaseWatch.SyncResult.Judged.class);
      }
      assertThat(sweeping.events).hasSize(1);
    }
  }

  private static String synced(DatabaseWatch.SyncResult result) {
    return ((DatabaseWatch.SyncResult.Judged) result).finding().sequence().name().quoted();
  }

  @EveryMajor
  void aTableIsSyncedByItsNameAndByThatOfEachOfItsPartitions(TestDatabase db) throws Exception {
    db.execute(
        "create table e (id bigserial, at date) partition by range (at)",
        "create table \"E 1\" partition of e for values from ('2026-01-01') to ('2026-02-01')",
        "create table quiet (id serial primary key)");
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.OFF)) {
      sweeping.sweep();
      db.execute("insert into e values (7, '2026-01-15')");

      assertThat(synced(sweeping.syncTable("public.\"E 1\"", false))).isEqualTo("public.e_id_seq");
      assertThat(db.one("select last_value from e_id_seq")).isEqualTo("7");
      assertThat(synced(sweeping.syncTable("public.e", false))).isEqualTo("public.e_id_seq");
      assertThat(synced(sweeping.syncTable("public.quiet", false)))
          .isEqualTo("public.quiet_id_seq");
    }
  }

  @EveryMajor
  void allSequencesThatFeedATableAreSyncedWithIt(TestDatabase db) throws Exception {
    db.execute("create table pair (a serial unique, b serial unique)");
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.OFF)) {
      sweeping.sweep();
      db.execute("insert into pair values (7, 8)");

      sweeping.syncTable("public.pair", false);

      assertThat(db.one("select last_value from pair_a_seq")).isEqualTo("7");
      assertThat(db.one("select last_value from pair_b_seq")).isEqualTo("8");
    }
  }

  @EveryMajor
  void whatWasMadeOrRenamedSinceTheSweepIsSyncedByItsNameOfNow(TestDatabase db) throws Exception {
    db.execute("create table old (id serial primary key)");
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.OFF)) {
      sweeping.sweep();
      db.execute(
          "alter table old rename to young",
          "insert into young values (7)",
          "create table fresh (id serial primary key)",
          "insert into fresh values (9)");

      assertThat(synced(sweeping.syncTable("public.young", false))).isEqualTo("public.old_id_seq");
      assertThat(synced(sweeping.syncTable("public.fresh", false)))
          .isEqualTo("public.fresh_id_seq");
      assertThat(db.one("select last_value from old_id_seq")).isEqualTo("7");
      assertThat(db.one("select last_value from fresh_id_seq")).isEqualTo("9");
    }
  }

  private static LastKnown lastKnown(Sweeping sweeping) {
    return ((SwitchedDatabase) sweeping.app()).current().lastKnown();
  }

  private static Known known(Sweeping sweeping) throws Exception {
    return lastKnown(sweeping).known();
  }

  /** A sweep that ended while somebody waited may have read the catalogs before they changed. */
  @EveryMajor
  void aSweepThatEndedMeanwhileDoesNotDoForALook(TestDatabase db) throws Exception {
    db.execute("create table ticket (id serial primary key)");
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.OFF)) {
      Known before = known(sweeping);
      sweeping.sweep();
      assertThat(known(sweeping)).isNotSameAs(before);
      db.execute("create table fresh (id serial primary key)");

      Known renewed = lastKnown(sweeping).renewed();

      assertThat(renewed.index().feeding("public.fresh")).hasSize(1);
      assertThat(lastKnown(sweeping).renewed()).isSameAs(renewed);
    }
  }

  /** However often somebody asks for what is not there, or never will be readable. */
  @EveryMajor
  void whereTheCatalogsAreAsBeforeNothingIsDiscoveredAnew(TestDatabase db) throws Exception {
    db.execute("create table ticket (id serial primary key)");
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.OFF)) {
      sweeping.syncTable("public.ticket", false);
      Known before = known(sweeping);
      CatalogIndex index = before.index();

      assertThat(sweeping.syncTable("public.nothing", false))
          .isInstanceOf(DatabaseWatch.SyncResult.Unknown.class);
      assertThat(known(sweeping)).isSameAs(before);
      sweeping.sweep();
      sweeping.sweep();
      assertThat(known(sweeping).index()).as("passed on from sweep to sweep").isSameAs(index);

      db.execute("create table other (id serial primary key)");
      assertThat(synced(sweeping.syncTable("public.other", false)))
          .isEqualTo("public.other_id_seq");
      assertThat(known(sweeping).index()).isNotSameAs(index);
    }
  }

  @EveryMajor
  void whatWasSyncedBeforeTheDiscoveryIsNotAgain(TestDatabase db) throws Exception {
    db.execute("create table pair (a serial, b serial)");
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.OFF)) {
      sweeping.sweep();
      db.execute("insert into pair values (70, 80)", "alter table pair drop column b");

      DatabaseWatch.SyncResult result = sweeping.syncTable("public.pair", false);

      assertThat(synced(result)).isEqualTo("public.pair_a_seq");
      assertThat(((DatabaseWatch.SyncResult.Judged) result).before()).isEqualTo(OptionalLong.of(1));
      assertThat(((DatabaseWatch.SyncResult.Judged) result).after()).isEqualTo(OptionalLong.of(70));
    }
  }

  @EveryMajor
  void whatWasDroppedAndMadeAnewSinceTheSweepIsSyncedAtOnce(TestDatabase db) throws Exception {
    db.execute(
        "create table ticket (id serial primary key, part serial)",
        "create table other (id serial)");
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.OFF)) {
      sweeping.sweep();
      db.execute(
          "drop table ticket, other",
          "create table ticket (id serial primary key)",
          "insert into ticket values (7)");

      assertThat(synced(sweeping.syncTable("public.ticket", false)))
          .isEqualTo("public.ticket_id_seq");
      assertThat(db.one("insert into ticket default values returning id")).isEqualTo("8");
      assertThat(sweeping.syncTable("public.other", false))
          .isInstanceOf(DatabaseWatch.SyncResult.Unknown.class);

      db.execute("alter table ticket add part serial", "insert into ticket values (20, 30)");
      sweeping.syncTable("public.ticket", false);
      assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("20");
      sweeping.sweep();
      db.execute(
          "alter table ticket drop part",
          "alter table ticket add part serial",
          "insert into ticket values (40, 50)");
      sweeping.syncTable("public.ticket", false);
      assertThat(db.one("select last_value from ticket_part_seq")).isEqualTo("50");
    }
  }

  /** The catalog of inheritance is locked, without which no discovery ends. */
  @EveryMajor
  void whatASyncDiscoveredTheNextOneNeedNot(TestDatabase db) throws Exception {
    db.execute("create table ticket (id serial primary key)");
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.OFF);
        Connection holder = db.connect();
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      sweeping.syncTable("public.ticket", false);
      statement.execute("lock table pg_catalog.pg_inherits in access exclusive mode");
      assertThat(sweeping.syncTable("public.nothing", false))
          .as("what is not known needs the catalogs")
          .isInstanceOf(DatabaseWatch.SyncResult.Unreachable.class);
      assertThat(synced(sweeping.syncTable("public.ticket", false)))
          .as("before the first sweep")
          .isEqualTo("public.ticket_id_seq");
      holder.rollback();

      sweeping.sweep();
      db.execute("create table fresh (id serial primary key)");
      sweeping.syncTable("public.fresh", false);
      statement.execute("lock table pg_catalog.pg_inherits in access exclusive mode");
      assertThat(synced(sweeping.syncTable("public.fresh", false)))
          .as("since the last sweep")
          .isEqualTo("public.fresh_id_seq");
      holder.rollback();
    }
  }

  @Test
  void unknownNamesAndPauses(TestDatabase db) throws Exception {
    db.execute(DRIFTED);
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.OFF)) {
      assertThat(sweeping.syncTable("public.nothing", false))
          .isInstanceOf(DatabaseWatch.SyncResult.Unknown.class);
      sweeping.app().pause(Optional.empty());
      assertThat(sweeping.syncTable("public.ticket", false))
          .isInstanceOf(DatabaseWatch.SyncResult.NotNow.class);
      assertThat(sweeping.sweep().outcome()).isEqualTo(SweepReport.Outcome.SKIPPED);
      sweeping.app().resume();
      assertThat(sweeping.sweep().outcome()).isEqualTo(SweepReport.Outcome.OK);
    }
  }

  @Test
  void aDatabaseThatWasSweptIsSoAfterAChange(TestDatabase db) throws Exception {
    db.execute(DRIFTED);
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.OFF)) {
      sweeping.sweep();

      sweeping
          .sweeps()
          .change(
              List.of(
                  Sweeping.settings(
                      db.jdbcUrl(), TestDatabase.SUPERUSER, Mode.OBSERVE, GuardMode.OFF)),
              8);

      assertThat(sweeping.app().status().observeOnly()).isTrue();
      assertThat(sweeping.app().status().firstSweepDone()).isTrue();
    }
  }

  @Test
  void anUnreachableDatabaseIsAStateAndDelaysNoOther(TestDatabase db) throws Exception {
    db.execute(DRIFTED);
    DatabaseSettings alive =
        Sweeping.settings(db.jdbcUrl(), TestDatabase.SUPERUSER, Mode.HEAL, GuardMode.OFF);
    DatabaseSettings template =
        Sweeping.settings("jdbc:postgresql://127.0.0.1:1/none", "nobody", Mode.HEAL, GuardMode.OFF);
    DatabaseSettings dead =
        new DatabaseSettings(
            new io.seqwarden.postgres.ConnectionSettings(
                "dead",
                template.connection().url(),
                template.connection().user(),
                Optional.empty(),
                2),
            template.schedule(),
            template.fullEvery(),
            template.mode(),
            template.guard(),
            template.catalog(),
            template.limits(),
            template.events(),
            template.syncExecute());
    try (Sweeping sweeping = new Sweeping(dead, alive)) {
      sweeping.sweeps().start();

      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> {
                assertThat(sweeping.app().status().firstSweepDone()).isTrue();
                assertThat(sweeping.sweeps().database("dead").orElseThrow().status().problem())
                    .isPresent();
              });
      assertThat(sweeping.sweeps().stalled()).isEmpty();
      assertThat(sweeping.sweeps().database("dead").orElseThrow().status().up()).isFalse();
    }
  }

  @Test
  void warningsThatOnlyASweepCanGive(TestDatabase db) throws Exception {
    db.execute("create table t (id serial primary key)");
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.CHECK)) {
      assertThat(sweeping.sweep().findings().get(0).verdict().warnings())
          .containsExactly(Warning.GUARD_MISSING);
    }
  }
}
