package io.seqwarden.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.drift.Event;
import io.seqwarden.sweep.SweepReport;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.FaultyProxy;
import io.seqwarden.testing.FaultyProxy.Fault;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The connection breaks at each round trip of a sweep in turn, those that open it included: before
 * the server has seen the request, and after it has done it.
 */
@ExtendWith(PostgresExtension.class)
final class SweepStepsTest {

  private static final List<String> TABLES = List.of("first", "second");

  private static void create(TestDatabase db) throws SQLException {
    for (String table : TABLES) {
      db.execute("create table %s (id bigserial primary key)".formatted(table));
    }
  }

  /** Puts every sequence ten ids behind, past its guard. */
  private static void drift(TestDatabase db) throws SQLException {
    for (String table : TABLES) {
      db.execute(
          "set seqwarden.guard = off; insert into %1$s select s.last_value + g from %1$s_id_seq s, generate_series(1, 10) g"
              .formatted(table));
    }
  }

  private static long position(TestDatabase db, String table) throws SQLException {
    return Long.parseLong(db.one("select last_value from %s_id_seq".formatted(table)));
  }

  @ParameterizedTest
  @EnumSource(names = {"CUT_BEFORE", "CUT_AFTER"})
  void everyStepOfASweepMayBreak(Fault fault, TestDatabase db) throws Exception {
    create(db);
    try (FaultyProxy proxy = FaultyProxy.before(db.port())) {
      List<String> trips;
      try (Sweeping installing = Steps.through(proxy, db)) {
        installing.sweep();
      }
      try (Sweeping undisturbed = Steps.through(proxy, db)) {
        drift(db);
        proxy.watch();
        undisturbed.sweep();
        trips = proxy.trips();
      }
      assertThat(trips)
          .filteredOn(trip -> trip.startsWith("do $seqwarden$"))
          .hasSize(TABLES.size());
      for (int step : Steps.of(trips)) {
        breaks(proxy, step, fault, db);
      }
      Leftovers.none(db);
    }
  }

  private static void breaks(FaultyProxy proxy, int step, Fault fault, TestDatabase db)
      throws Exception {
    // As a sweep of a daemon that has run for a while: the audit trail holds this step alone.
    db.execute("truncate seqwarden.event");
    drift(db);
    long before = position(db, "first");
    proxy.plan(step, fault);
    try (Sweeping sweeping = Steps.through(proxy, db)) {
      SweepReport broken = sweeping.sweep();
      String where = Steps.where(proxy, step, broken);
      assertThat(proxy.hasStruck()).as(where).isTrue();
      proxy.watch();
      for (String table : TABLES) {
        assertThat(position(db, table)).as(where).isIn(before, before + 10);
      }

      SweepReport next = sweeping.sweep();

      assertThat(next.outcome()).as(where).isEqualTo(SweepReport.Outcome.OK);
      assertThat(next.problems()).as(where).isEmpty();
      for (String table : TABLES) {
        assertThat(position(db, table)).as(where).isEqualTo(before + 10);
        // Each advance is known, and known once, whatever the daemon heard of it.
        assertThat(sweeping.events)
            .filteredOn(event -> event.sequence().equals("public.%s_id_seq".formatted(table)))
            .as(where)
            .singleElement()
            .satisfies(event -> assertAdvance(event, before));
      }
      assertThat(
              db.rows("select sequence from seqwarden.event group by sequence having count(*) > 1"))
          .as(where)
          .isEmpty();
      Leftovers.noLock(db);
    }
  }

  private static void assertAdvance(Event event, long before) {
    assertThat(event.source()).isEqualTo(Event.Source.SWEEP);
    assertThat(event.before()).isEqualTo(OptionalLong.of(before));
    assertThat(event.after()).isEqualTo(OptionalLong.of(before + 10));
  }
}
