package io.seqwarden.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.seqwarden.drift.Judge;
import io.seqwarden.drift.Limits;
import io.seqwarden.drift.Observation;
import io.seqwarden.postgres.ConnectionSettings;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.Databases;
import io.seqwarden.postgres.Timeouts;
import io.seqwarden.postgres.WorkingSet;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a visit that broke off leaves to the next one; SteadySweepTest has the rest. */
@ExtendWith(PostgresExtension.class)
final class RevisitsTest {

  /** Its connection breaks when told to. */
  private record Breaking(Database database) implements Database {
    @Override
    public String name() {
      return database.name();
    }

    @Override
    public <T> T read(Timeouts timeouts, Work<T> work) throws SQLException {
      throw new SQLException("the connection broke", "08006");
    }

    @Override
    public <T> T read(Timeouts timeouts, WorkingSet set, Work<T> work) throws SQLException {
      return read(timeouts, work);
    }

    @Override
    public <T> T write(Timeouts timeouts, Work<T> work) throws SQLException {
      return read(timeouts, work);
    }

    @Override
    public void close() {
      database.close();
    }
  }

  private static String written(TestDatabase db) throws SQLException {
    return db.one("select pg_catalog.pg_stat_get_tuples_inserted('ticket'::regclass)");
  }

  /** The counters say of the table what they said before, as others do after a crash. */
  private static void resetCounters(TestDatabase db, String before) throws SQLException {
    await().until(() -> written(db).equals(before));
    db.execute("select pg_catalog.pg_stat_reset()");
    await().until(() -> written(db).equals("0"));
  }

  private static String mark(Revisits revisits, Database database) throws SQLException {
    revisits.discover(database, Depth.STEADY);
    List<Observation> observed = revisits.observe(database, () -> false, ObservationProgress.NONE);
    return observed.get(0).readings().get(0).furthest().map(Object::toString).orElse("none");
  }

  @Test
  void countersThatBeganAnewAcquitNobodyAfterAVisitThatBroke(TestDatabase db) throws Exception {
    db.execute("create table ticket (id serial primary key)", "insert into ticket default values");
    resetCounters(db, "1");
    CatalogSettings settings = Watching.settings(List.of("*.*"), List.of());
    Judge judge = new Judge(Limits.DEFAULT);
    Revisits revisits = new Revisits(new Discovery(settings), new Observer(settings, judge), judge);
    try (Databases databases = new Databases(2)) {
      Database app =
          databases.open(
              new ConnectionSettings(
                  "app", db.jdbcUrl(), Optional.of(TestDatabase.SUPERUSER), Optional.empty(), 2));
      assertThat(mark(revisits, app)).isEqualTo("1");
      assertThat(mark(revisits, app)).isEqualTo("1");
      db.execute("insert into ticket values (50)");
      resetCounters(db, "1");

      revisits.discover(app, Depth.STEADY);
      assertThatThrownBy(
              () -> revisits.observe(new Breaking(app), () -> false, ObservationProgress.NONE))
          .isInstanceOf(SQLException.class);

      assertThat(mark(revisits, app)).isEqualTo("50");
    }
  }
}
