package io.seqwarden.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.FaultyProxy;
import io.seqwarden.testing.FaultyProxy.Fault;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A connection that dies at any step of a retry: the work is committed once, or the caller knows.
 */
@ExtendWith(PostgresExtension.class)
class LostConnectionTest {

  private static final String INSERT = "insert into ticket (title) values ('new') returning id";

  @EveryMajor(ends = true)
  void atWhateverStepItDiesNothingIsLostOrDone(TestDatabase db) throws SQLException {
    db.execute("create table ticket (id serial primary key, title text)");
    try (FaultyProxy proxy = FaultyProxy.before(db.port())) {
      proxy.watch();
      drift(db);
      assertThat(attempt(db, proxy)).isPresent();
      List<String> steps = proxy.trips();
      int healed = 0;
      for (int step = 1; step <= steps.size(); step++) {
        for (Fault fault : List.of(Fault.CUT_BEFORE, Fault.CUT_AFTER)) {
          drift(db);
          proxy.plan(step, fault);
          Optional<Long> id = attempt(db, proxy);
          // Runs differ by a trip or two, so that the last steps may not be reached.
          List<String> trips = proxy.trips();
          String met = step <= trips.size() ? trips.get(step - 1) : "not reached";
          String where = "%s at step %d, %s".formatted(fault, step, met);
          judge(db, id, fault, met, where);
          healed += id.isPresent() ? 1 : 0;
          proxy.heal();
          assertThat(attempt(db, proxy)).as("after " + where).isPresent();
        }
      }
      // What dies while the client only looks is looked into again.
      assertThat(steps.size()).isGreaterThan(10);
      assertThat(healed).isGreaterThan(steps.size());
    }
  }

  private static void judge(
      TestDatabase db, Optional<Long> id, Fault fault, String step, String where)
      throws SQLException {
    String rows = db.one("select count(*) from ticket where title = 'new'");
    if (id.isPresent()) {
      assertThat(rows).as(where).isEqualTo("1");
      assertThat(db.one("select id from ticket where title = 'new'")).isEqualTo("" + id.get());
    } else if (fault == Fault.CUT_AFTER && step.toLowerCase(Locale.ROOT).contains("commit")) {
      // Only here can the caller not tell, as without the client: it was done, once.
      assertThat(rows).as(where).isEqualTo("1");
    } else {
      assertThat(rows).as(where).isEqualTo("0");
    }
  }

  private static void drift(TestDatabase db) throws SQLException {
    db.execute(
        "truncate ticket restart identity",
        "insert into ticket select i, 't' from generate_series(1, 40) as i");
  }

  private static Optional<Long> attempt(TestDatabase db, FaultyProxy proxy) {
    // Without named statements, whose texts the proxy would see but once: it has to know a COMMIT.
    String url = proxy.jdbcUrl(db.name());
    SequenceRetry retry =
        new SequenceRetry(Pool.none(url + (url.contains("?") ? "&" : "?") + "prepareThreshold=0"));
    try {
      return Optional.of(
          retry.call(
              connection -> {
                try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(INSERT)) {
                  row.next();
                  return row.getLong(1);
                }
              }));
    } catch (SQLException failure) {
      return Optional.empty();
    }
  }

  @EveryMajor(ends = true)
  void aSessionThatIsKilledInASecondRunReachesTheCaller(TestDatabase db) throws SQLException {
    db.execute("create table ticket (id serial primary key, title text)");
    drift(db);
    AtomicInteger runs = new AtomicInteger();
    try (HikariDataSource pool = Pool.of(db, 1)) {
      SequenceRetry retry = new SequenceRetry(pool);
      assertThatThrownBy(
              () ->
                  retry.call(
                      connection -> {
                        try (Statement statement = connection.createStatement()) {
                          statement.execute(INSERT);
                          runs.incrementAndGet();
                          statement.execute("select pg_terminate_backend(pg_backend_pid())");
                          return statement.executeUpdate("insert into ticket values (0, 'more')");
                        }
                      }))
          .isInstanceOfSatisfying(
              SQLException.class,
              failure -> assertThat(failure.getSQLState()).isIn("57P01", "08006"));
      assertThat(runs.get()).isEqualTo(1);
      assertThat(db.one("select count(*) from ticket")).isEqualTo("40");
      boolean valid = retry.call(connection -> connection.isValid(5));
      assertThat(valid).isTrue();
    }
  }
}
