package io.seqwarden.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.drift.State;
import io.seqwarden.repair.Grants;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;

/** What docs/privileges.md grants is enough, on tables that the role does not own. */
@ExtendWith(PostgresExtension.class)
final class PrivilegesTest {
  private static final String[] DRIFTED = {
    "create table ticket (id serial primary key, title text)", "insert into ticket values (50)"
  };

  @EveryMajor
  void toObserve(TestDatabase db) throws Exception {
    SweepReport report = sweep(db, Grants.Purpose.OBSERVE, Mode.OBSERVE, GuardMode.OFF);
    assertThat(report.problems()).isEmpty();
    assertThat(states(report)).containsExactly(State.BEHIND);
  }

  @EveryMajor
  void toObserveByColumn(TestDatabase db) throws Exception {
    db.execute(DRIFTED);
    String role = db.createRole("watcher");
    db.execute(
        "grant select (id) on ticket to " + role,
        "grant select on sequence ticket_id_seq to " + role);
    SweepReport report = sweepAs(db, role, Mode.OBSERVE, GuardMode.OFF);
    assertThat(report.problems()).isEmpty();
    assertThat(states(report)).containsExactly(State.BEHIND);
  }

  @EveryMajor
  void toHeal(TestDatabase db) throws Exception {
    SweepReport report = sweep(db, Grants.Purpose.HEAL, Mode.HEAL, GuardMode.OFF);
    assertThat(report.problems()).isEmpty();
    assertThat(states(report)).containsExactly(State.IN_SYNC);
    assertThat(db.one("select nextval('ticket_id_seq')")).isEqualTo("51");
  }

  /** And whoever inserts needs no privilege on the sequence. */
  @EveryMajor
  void toGuard(TestDatabase db) throws Exception {
    SweepReport report = sweep(db, Grants.Purpose.GUARD, Mode.HEAL, GuardMode.ENSURE);
    assertThat(report.problems()).isEmpty();
    assertThat(states(report)).containsExactly(State.IN_SYNC);

    String importer = db.createRole("importer");
    db.execute("grant insert on ticket to " + importer);
    try (Connection connection = db.connectAs(importer);
        Statement statement = connection.createStatement()) {
      statement.execute("insert into ticket values (70)");
    }
    assertThat(db.one("select nextval('ticket_id_seq')")).isEqualTo("71");
    assertThat(db.one("select string_agg(tgname, ',') from pg_trigger where not tgisinternal"))
        .isEqualTo("seqwarden_guard");
  }

  private static SweepReport sweep(
      TestDatabase db, Grants.Purpose purpose, Mode mode, GuardMode guard) throws Exception {
    db.execute(DRIFTED);
    String role = db.createRole("warden");
    db.execute(Grants.script(role, purpose, List.of()));
    return sweepAs(db, role, mode, guard);
  }

  private static SweepReport sweepAs(TestDatabase db, String role, Mode mode, GuardMode guard)
      throws Exception {
    try (Sweeping sweeping = new Sweeping(Sweeping.settings(db.jdbcUrl(), role, mode, guard))) {
      return sweeping.sweep();
    }
  }

  private static List<State> states(SweepReport report) {
    return report.findings().stream().map(finding -> finding.verdict().state()).toList();
  }
}
