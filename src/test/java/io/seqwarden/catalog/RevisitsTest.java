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
import io.seqwarden.postgres.Question;
import io.seqwarden.postgres.Timeouts;
import io.seqwarden.postgres.WorkingSet;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.ManyTables;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.PostgresServers;
import io.seqwarden.testing.PrivateServer;
import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
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
    public <T> T ask(Timeouts timeouts, Question<T> question) throws SQLException {
      throw new SQLException("the connection broke", "08006");
    }

    @Override
    public <T> T ask(Timeouts timeouts, WorkingSet set, Question<T> question) throws SQLException {
      return ask(timeouts, question);
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

  /** Tells how many relations the transactions held locks on, at most. */
  private record Counting(Database database, AtomicInteger most) implements Database {
    private static final String LOCKS =
        "select count(*) from pg_catalog.pg_locks"
            + " where pid = pg_catalog.pg_backend_pid() and relation >= 16384";

    @Override
    public String name() {
      return database.name();
    }

    @Override
    public <T> T read(Timeouts timeouts, Work<T> work) throws SQLException {
      return database.read(timeouts, counted(work));
    }

    @Override
    public <T> T read(Timeouts timeouts, WorkingSet set, Work<T> work) throws SQLException {
      return database.read(timeouts, set, counted(work));
    }

    @Override
    public <T> T ask(Timeouts timeouts, Question<T> question) throws SQLException {
      return database.ask(timeouts, counted(question));
    }

    @Override
    public <T> T ask(Timeouts timeouts, WorkingSet set, Question<T> question) throws SQLException {
      return database.ask(timeouts, set, counted(question));
    }

    private <T> Work<T> counted(Work<T> work) {
      return connection -> {
        T result = work.run(connection);
        try (Statement statement = connection.createStatement();
            ResultSet row = statement.executeQuery(LOCKS)) {
          row.next();
          most.accumulateAndGet(row.getInt(1), Math::max);
        }
        return result;
      };
    }

    private <T> Question<T> counted(Question<T> question) {
      return new Question<>() {
        @Override
        public String text(Connection connection) throws SQLException {
          return question.text(connection) + ";\n" + LOCKS;
        }

        @Override
        public T answer(Statement statement) throws SQLException {
          T answer = question.answer(statement);
          statement.getMoreResults();
          try (ResultSet row = statement.getResultSet()) {
            row.next();
            most.accumulateAndGet(row.getInt(1), Math::max);
          }
          return answer;
        }
      };
    }

    @Override
    public <T> T write(Timeouts timeouts, Work<T> work) throws SQLException {
      return database.write(timeouts, work);
    }

    @Override
    public void close() {
      database.close();
    }
  }

  /**
   * Some marks are known and others are not: together no more locks than where all are read. Up to
   * version 17 those on sequences are held to the end, too.
   */
  @EveryMajor(ends = true)
  void aTransactionLocksNoMoreRelationsHoweverManyMarksAreKnown(TestDatabase db) throws Exception {
    db.execute(ManyTables.create(650, "insert into t%1$s default values"));
    CatalogSettings settings = Watching.settings(List.of("*.*"), List.of());
    Observer observer = new Observer(settings, new Judge(Limits.DEFAULT));
    AtomicInteger most = new AtomicInteger();
    try (Databases databases = new Databases(2)) {
      Database app =
          new Counting(
              databases.open(
                  new ConnectionSettings(
                      "app",
                      db.jdbcUrl(),
                      Optional.of(TestDatabase.SUPERUSER),
                      Optional.empty(),
                      2)),
              most);
      List<Watched> watched = new Discovery(settings).discover(app).sequences();
      List<Observation> all = observer.observe(app, watched, () -> false, ObservationProgress.NONE);
      Map<Long, Observation> known = new HashMap<>();
      for (int i = 0; i < all.size(); i++) {
        if (i % 3 != 0) {
          known.put(watched.get(i).sequence().oid(), all.get(i));
        }
      }

      assertThat(observer.observe(app, watched, known, () -> false, ObservationProgress.NONE))
          .isEqualTo(all);
      assertThat(most).satisfies(locks -> assertThat(locks.get()).isBetween(400, 600));
    }
  }

  /** How often help was asked for when such a server's tables were read. */
  private static int calledForHelp(String connections) throws Exception {
    try (PrivateServer server =
            PrivateServer.start(
                PostgresServers.newest(),
                Map.of("max_connections", connections, "max_locks_per_transaction", "64"));
        Databases databases = new Databases(2)) {
      server.execute("postgres", ManyTables.create(650, "insert into t%1$s default values"));
      Database app =
          databases.open(
              new ConnectionSettings(
                  "app",
                  server.jdbcUrl("postgres"),
                  Optional.of(TestDatabase.SUPERUSER),
                  Optional.empty(),
                  2));
      CatalogSettings settings = Watching.settings(List.of("*.*"), List.of());
      Judge judge = new Judge(Limits.DEFAULT);
      AtomicInteger calls = new AtomicInteger();
      Observer observer = new Observer(settings, judge, help -> calls.incrementAndGet());
      Revisits revisits = new Revisits(new Discovery(settings), observer, judge);
      revisits.discover(app, Depth.FULL);
      assertThat(revisits.observe(app, () -> false, ObservationProgress.NONE)).hasSize(650);
      // All marks are as before, and accuse.
      server.execute(
          "postgres", "select setval(oid::regclass, 1, false) from pg_class where relkind = 'S'");
      revisits.discover(app, Depth.STEADY);
      assertThat(revisits.observe(app, () -> false, ObservationProgress.NONE)).hasSize(650);
      return calls.get();
    }
  }

  /** Two transactions lock 1,200 relations, and the smaller server has places for 1,280. */
  @Test
  void whereAServerHasFewLocksOneTransactionAtATimeTakesThem() throws Exception {
    assertThat(calledForHelp("100")).isPositive();
    assertThat(calledForHelp("20")).isZero();
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
