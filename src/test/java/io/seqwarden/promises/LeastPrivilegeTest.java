package io.seqwarden.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seqwarden.catalog.Discovery;
import io.seqwarden.catalog.Watched;
import io.seqwarden.drift.State;
import io.seqwarden.postgres.ConnectionSettings;
import io.seqwarden.postgres.Databases;
import io.seqwarden.repair.Grants;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.SweepReport;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Exactly what {@code sql grants} prints for what was discovered is enough, and one grant less says
 * which one is missing. The role owns nothing and is no superuser.
 */
@ExtendWith(PostgresExtension.class)
final class LeastPrivilegeTest {

  private static final String SEQUENCE = "\"Shop\".\"Ticket_Id_seq\"";
  private static final String INSERT = "insert into \"Shop\".\"Ticket\" (\"Id\") values (50)";

  private static final String[] DRIFTED = {
    "create schema \"Shop\"",
    "create table \"Shop\".\"Ticket\" (\"Id\" serial primary key, secret text)",
    INSERT
  };

  /** What a mode is configured as, and how a sweep of it ends when nothing is missing. */
  private record Config(Grants.Purpose purpose, Mode mode, GuardMode guard, State end) {}

  private static final Config OBSERVING =
      new Config(Grants.Purpose.OBSERVE, Mode.OBSERVE, GuardMode.OFF, State.BEHIND);
  private static final Config HEALING =
      new Config(Grants.Purpose.HEAL, Mode.HEAL, GuardMode.OFF, State.IN_SYNC);
  private static final Config GUARDING =
      new Config(Grants.Purpose.GUARD, Mode.HEAL, GuardMode.ENSURE, State.IN_SYNC);

  @EveryMajor
  void observing(TestDatabase db) throws Exception {
    isEnoughAndNotTooMuch(db, OBSERVING);
  }

  @EveryMajor
  void healing(TestDatabase db) throws Exception {
    isEnoughAndNotTooMuch(db, HEALING);
  }

  @EveryMajor
  void guarding(TestDatabase db) throws Exception {
    isEnoughAndNotTooMuch(db, GUARDING);
  }

  @EveryMajor
  void calling(TestDatabase db) throws Exception {
    db.execute(DRIFTED);
    List<Watched> watched = watched(db);
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE)) {
      assertThat(sweeping.sweep().problems()).isEmpty();
    }
    List<String> calls =
        List.of(
            "select * from seqwarden.sync('\"Shop\".\"Ticket\"'::regclass)",
            "select * from seqwarden.sync_all()",
            "select \"Shop\".\"sync_Ticket_sequence\"()");
    String caller = db.createRole("caller");
    List<String> grants = grants(Grants.Purpose.SYNC, caller, watched);

    db.execute(grants.toArray(String[]::new));
    // To name a table, one has to see it: that is the caller's own affair, and the example's here.
    db.execute("grant usage on schema \"Shop\" to " + caller);

    for (String call : calls) {
      assertThat(failure(db, caller, call)).isEmpty();
    }
    for (String grant : grants) {
      String poorer = db.createRole("caller");
      db.execute("grant usage on schema \"Shop\" to " + poorer);
      for (String other : grants) {
        if (!other.equals(grant)) {
          db.execute(other.replace('"' + caller + '"', '"' + poorer + '"'));
        }
      }
      List<String> failures =
          calls.stream().map(call -> failure(db, poorer, call)).filter(f -> !f.isEmpty()).toList();
      assertThat(failures).as("without %s", grant).isNotEmpty();
      assertThat(failures)
          .allSatisfy(f -> assertThat(f).startsWith("ERROR: permission denied for "));
    }
  }

  private static String failure(TestDatabase db, String role, String sql) {
    try (Connection connection = db.connectAs(role);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
      return "";
    } catch (SQLException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  private static void isEnoughAndNotTooMuch(TestDatabase db, Config config) throws Exception {
    db.execute(DRIFTED);
    List<Watched> watched = watched(db);
    String role = db.createRole("warden");
    List<String> grants = grants(config.purpose(), role, watched);

    db.execute(grants.toArray(String[]::new));
    SweepReport report = sweep(db, role, config);

    assertThat(report.problems()).isEmpty();
    assertThat(report.findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.verdict().state()).isEqualTo(config.end());
              assertThat(finding.guarded()).isEqualTo(config.guard() == GuardMode.ENSURE);
            });
    assertThat(db.one("select rolsuper from pg_roles where rolname = '" + role + "'"))
        .isEqualTo("f");

    for (String missing : grants) {
      reset(db);
      String poorer = db.createRole("warden");
      for (String grant : grants) {
        if (!grant.equals(missing)) {
          db.execute(grant.replace(role, poorer));
        }
      }
      assertThat(said(sweep(db, poorer, config)))
          .as("without %s", missing)
          .anySatisfy(said -> assertThat(said).contains(named(missing)));
    }
  }

  /** The grants one by one, since of two privileges in a line either may be missing. */
  private static List<String> grants(Grants.Purpose purpose, String role, List<Watched> watched) {
    List<String> grants = new ArrayList<>();
    for (String line : Grants.script(role, purpose, watched).split(";\n", -1)) {
      if (line.isEmpty()) {
        continue;
      }
      String both = "SELECT, UPDATE ";
      if (line.contains(both)) {
        grants.add(line.replace(both, "SELECT "));
        grants.add(line.replace(both, "UPDATE "));
      } else {
        grants.add(line);
      }
    }
    return grants;
  }

  /** What a message has to say where the grant is missing. */
  private static String[] named(String grant) {
    String text = grant.startsWith("DO ") ? "GRANT CREATE ON DATABASE" : grant;
    String object = text.replaceFirst("^GRANT [A-Z, ]+?(?: \\(.*?\\))? ON ", "");
    String privilege = text.substring("GRANT ".length(), text.indexOf(" ON "));
    return new String[] {privilege, object.replaceFirst(" TO \"[^\"]*\"$", "")};
  }

  private static List<String> said(SweepReport report) {
    return Stream.concat(
            report.problems().stream(),
            report.findings().stream()
                .flatMap(finding -> finding.verdict().reason().stream())
                .map(reason -> reason.message()))
        .toList();
  }

  private static void reset(TestDatabase db) throws SQLException {
    db.execute(
        "drop schema if exists seqwarden cascade",
        "drop function if exists \"Shop\".\"sync_Ticket_sequence\"()",
        "select setval('%s', 1, false)".formatted(SEQUENCE));
  }

  private static SweepReport sweep(TestDatabase db, String role, Config config) throws Exception {
    try (Sweeping sweeping =
        new Sweeping(Sweeping.settings(db.jdbcUrl(), role, config.mode(), config.guard()))) {
      return sweeping.sweep();
    }
  }

  private static List<Watched> watched(TestDatabase db) throws SQLException {
    try (Databases databases = new Databases(2)) {
      ConnectionSettings superuser =
          new ConnectionSettings(
              "app", db.jdbcUrl(), Optional.of(TestDatabase.SUPERUSER), Optional.empty(), 1);
      return new Discovery(
              Sweeping.settings(db.jdbcUrl(), TestDatabase.SUPERUSER, Mode.OBSERVE, GuardMode.OFF)
                  .catalog())
          .discover(databases.open(superuser))
          .sequences();
    }
  }

  /** What the definer functions run must not depend on what a caller puts in their way. */
  @EveryMajor
  void definerFunctionsUseNothingOfTheirCallers(TestDatabase db) throws Exception {
    db.execute(DRIFTED);
    String attacker = db.createRole("attacker");
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE)) {
      assertThat(sweeping.sweep().problems()).isEmpty();
    }
    db.execute(grants(Grants.Purpose.SYNC, attacker, watched(db)).toArray(String[]::new));
    db.execute(
        "grant usage on schema \"Shop\" to " + attacker,
        "grant insert on \"Shop\".\"Ticket\" to " + attacker,
        "create schema evil authorization " + attacker,
        "create table witness (who text)",
        "grant insert on witness to public",
        "select setval('%s', 1)".formatted(SEQUENCE));

    try (Connection connection = db.connectAs(attacker);
        Statement statement = connection.createStatement()) {
      for (String trap : TRAPS) {
        statement.execute(trap);
      }
      statement.execute("set search_path = evil, pg_temp, pg_catalog");
      statement.execute("select seqwarden.sync_all()");
      statement.execute("select \"Shop\".\"sync_Ticket_sequence\"()");
      statement.execute("insert into \"Shop\".\"Ticket\" (\"Id\") values (60)");
    }

    assertThat(db.one("select count(*) from witness")).isEqualTo("0");
    assertThat(db.one("select nextval('%s')".formatted(SEQUENCE))).isEqualTo("61");
  }

  /** Things called as what our functions use; each would tell under whose name it ran. */
  private static final List<String> TRAPS =
      List.of(
          "create function evil.trap() returns text language sql as "
              + "'insert into public.witness values (current_user) returning who'",
          "create function evil.format(text, text) returns text language sql as "
              + "'select evil.trap()'",
          "create function evil.current_setting(text, boolean) returns text language sql as "
              + "'select evil.trap()'",
          "create function evil.set_config(text, text, boolean) returns text language sql as "
              + "'select evil.trap()'",
          "create function evil.max(bigint) returns text language sql as 'select evil.trap()'",
          "create function evil.floor(numeric) returns numeric language sql as "
              + "'select evil.trap()::numeric'",
          "create function evil.nextval(regclass) returns bigint language sql as "
              + "'select length(evil.trap())::bigint'",
          "create function evil.to_regclass(text) returns regclass language sql as "
              + "'select length(evil.trap())::regclass'",
          "create function evil.trap(bigint, bigint) returns boolean language sql as "
              + "'select evil.trap() is null'",
          "create operator evil.<= (leftarg = bigint, rightarg = bigint, function = evil.trap)",
          "create operator evil.> (leftarg = bigint, rightarg = bigint, function = evil.trap)",
          "create temporary table pg_sequence (seqrelid oid)",
          "create temporary table pg_class (oid oid)");

  /** Who did what, and from where, is for the owner of the table alone. */
  @EveryMajor
  void theEventTableRevealsNothingToOthers(TestDatabase db) throws Exception {
    db.execute(
        "alter default privileges grant all on tables to public",
        "alter default privileges grant execute on functions to public");
    db.execute(DRIFTED);
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE)) {
      assertThat(sweeping.sweep().problems()).isEmpty();
    }
    String stranger = db.createRole("stranger");
    db.execute("grant usage on schema \"Shop\" to " + stranger);

    for (String look :
        List.of(
            "select * from seqwarden.event",
            "select * from seqwarden.fed()",
            "select * from seqwarden.sync_all()",
            "select \"Shop\".\"sync_Ticket_sequence\"()",
            "select * from seqwarden.sync('\"Shop\".\"Ticket\"')")) {
      assertThatThrownBy(
              () -> {
                try (Connection connection = db.connectAs(stranger);
                    Statement statement = connection.createStatement()) {
                  statement.execute(look);
                }
              })
          .as(look)
          .isInstanceOf(SQLException.class)
          .hasMessageStartingWith("ERROR: permission denied for ");
    }
  }

  /** A policy that hides rows would make the maximum too low. */
  @EveryMajor
  void rowsThatAPolicyHidesMakeItUnreadable(TestDatabase db) throws Exception {
    db.execute(DRIFTED);
    db.execute(
        "alter table \"Shop\".\"Ticket\" enable row level security",
        "create policy few on \"Shop\".\"Ticket\" using (\"Id\" < 10)");
    String role = db.createRole("warden");
    db.execute(grants(Grants.Purpose.HEAL, role, watched(db)).toArray(String[]::new));

    SweepReport report = sweep(db, role, HEALING);

    assertThat(report.findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.verdict().state()).isEqualTo(State.UNREADABLE);
              assertThat(finding.verdict().reason().orElseThrow().code().word())
                  .isEqualTo("row_security");
            });
    assertThat(db.one("select last_value from " + SEQUENCE)).isEqualTo("1");
  }

  /** What it prints is run by people with many rights, whatever the role is called. */
  @EveryMajor
  void aHostileRoleNameStaysAName(TestDatabase db) throws Exception {
    db.execute(DRIFTED);
    String name = "w\"ar'd$$;drop schema \"Shop\" cascade;--";
    String quoted = '"' + name.replace("\"", "\"\"") + '"';
    db.execute("create role " + quoted);
    try {
      for (Grants.Purpose purpose : List.of(Grants.Purpose.HEAL, Grants.Purpose.GUARD)) {
        db.execute(Grants.script(name, purpose, watched(db)));
      }
      assertThat(
              db.one(
                  "select has_database_privilege('%s', current_database(), 'create')"
                      .formatted(name.replace("'", "''"))))
          .isEqualTo("t");
    } finally {
      db.execute("drop owned by " + quoted, "drop role " + quoted);
    }
  }
}
