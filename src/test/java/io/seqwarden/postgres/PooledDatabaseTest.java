package io.seqwarden.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Transactions, their bounds, and what becomes of connections that break. */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
final class PooledDatabaseTest {

  private static final Timeouts TIMEOUTS =
      new Timeouts(Duration.ofMillis(250), Duration.ofSeconds(4));

  private static final String SETTINGS =
      """
      select string_agg(name || '=' || setting, ' ' order by name)
        from pg_settings
       where name in ('application_name', 'search_path', 'row_security', 'jit', 'lock_timeout',
                      'statement_timeout', 'transaction_read_only')
      """;

  private static final String COUNT =
      "select count(*) from pg_stat_activity"
          + " where application_name = 'seqwarden' and datname = current_database()";

  private static PooledDatabase open(Databases databases, String url, int connections) {
    return databases.open(
        new ConnectionSettings(
            "app", url, Optional.of(TestDatabase.SUPERUSER), Optional.empty(), connections));
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static Database.Work<String> query(String sql) {
    return connection -> one(connection, sql);
  }

  @EveryMajor
  void everyTransactionHasItsBoundsAndLeavesNoneBehind(TestDatabase db) throws SQLException {
    try (Databases databases = new Databases(1)) {
      // Another name in the URL changes nothing.
      PooledDatabase app = open(databases, db.jdbcUrl() + "?ApplicationName=other", 1);

      assertThat(app.read(TIMEOUTS, query(SETTINGS)))
          .isEqualTo(
              "application_name=seqwarden jit=off lock_timeout=250 row_security=off"
                  + " search_path=pg_catalog statement_timeout=4000 transaction_read_only=on");
      assertThat(app.write(TIMEOUTS, query(SETTINGS))).endsWith("transaction_read_only=off");
      try (Connection same = app.pool().getConnection()) {
        assertThat(one(same, SETTINGS))
            .contains("application_name=seqwarden", "lock_timeout=0", "row_security=on")
            .contains("public", "statement_timeout=0", "transaction_read_only=off");
      }
    }
  }

  @EveryMajor
  void aReadWritesNothingAndAWriteIsCommittedOrRolledBack(TestDatabase db) throws SQLException {
    db.execute("create table kept (id int)");
    try (Databases databases = new Databases(1)) {
      PooledDatabase app = open(databases, db.jdbcUrl(), 1);
      String insert = "insert into public.kept values (1) returning id";

      SQLException refused =
          catchThrowableOfType(SQLException.class, () -> app.read(TIMEOUTS, query(insert)));
      assertThat(SqlState.READ_ONLY_TRANSACTION.is(refused)).isTrue();
      assertThatThrownBy(
              () ->
                  app.write(
                      TIMEOUTS,
                      connection -> {
                        one(connection, insert);
                        throw new IllegalStateException("a defect");
                      }))
          .isInstanceOf(IllegalStateException.class);
      assertThat(db.one("select count(*) from kept")).isEqualTo("0");

      app.write(TIMEOUTS, query(insert));

      assertThat(db.one("select count(*) from kept")).isEqualTo("1");
      assertThat(app.pool().getHikariPoolMXBean().getTotalConnections()).isEqualTo(1);
    }
  }

  @EveryMajor
  void aConnectionThatTheServerEndedIsReplaced(TestDatabase db) throws SQLException {
    try (Databases databases = new Databases(1)) {
      PooledDatabase app = open(databases, db.jdbcUrl(), 1);
      String before = app.read(TIMEOUTS, query("select pg_backend_pid()"));

      SQLException lost =
          catchThrowableOfType(
              SQLException.class,
              () -> app.read(TIMEOUTS, query("select pg_terminate_backend(pg_backend_pid())")));

      assertThat(SqlState.isConnectionFailure(lost)).isTrue();
      assertThat(app.read(TIMEOUTS, query("select pg_backend_pid()"))).isNotEqualTo(before);
      assertThat(databases.openConnections()).isEqualTo(1);
    }
  }

  @Test
  void whatAStandbyCancelsForReplayIsTriedOnceMore(TestDatabase db) throws SQLException {
    try (Databases databases = new Databases(1)) {
      PooledDatabase app = open(databases, db.jdbcUrl(), 1);
      AtomicInteger runs = new AtomicInteger();

      assertThat(app.read(TIMEOUTS, cancelledTimes(runs, 1))).isEqualTo(2);
      assertThatThrownBy(() -> app.read(TIMEOUTS, cancelledTimes(runs, Integer.MAX_VALUE)))
          .isInstanceOf(SQLException.class);
      assertThat(runs).hasValue(4);
      assertThatThrownBy(() -> app.write(TIMEOUTS, cancelledTimes(runs, Integer.MAX_VALUE)))
          .isInstanceOf(SQLException.class);
      assertThat(runs).hasValue(5);
    }
  }

  private static Database.Work<Integer> cancelledTimes(AtomicInteger runs, int times) {
    return connection -> {
      if (runs.incrementAndGet() <= times) {
        try (Statement statement = connection.createStatement()) {
          statement.execute(
              "do $$ begin raise 'replay' using errcode = 'serialization_failure'; end $$");
        }
      }
      return runs.get();
    };
  }

  @Test
  void aDeadServerIsAStateAndNoCrash() throws IOException {
    try (Databases databases = new Databases(2)) {
      int port = freePort();
      PooledDatabase app =
          open(databases, "jdbc:postgresql://127.0.0.1:%d/app?password=geheim".formatted(port), 1);

      SQLException unreachable =
          catchThrowableOfType(SQLException.class, () -> app.read(TIMEOUTS, query("select 1")));

      assertThat(SqlState.isConnectionFailure(unreachable)).isTrue();
      assertThat(unreachable.getMessage())
          .startsWith("Database app was not reached: Connection to 127.0.0.1:" + port);
      assertThat(databases.openConnections()).isZero();
    }
  }

  @Test
  void aServerThatNeverAnswersIsGivenUp() throws IOException {
    try (Databases databases = new Databases(2);
        ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String url = "jdbc:postgresql://127.0.0.1:%d/app".formatted(silent.getLocalPort());
      PooledDatabase app = open(databases, url, 1);

      SQLException unreachable =
          catchThrowableOfType(SQLException.class, () -> app.read(TIMEOUTS, query("select 1")));

      assertThat(SqlState.isConnectionFailure(unreachable)).isTrue();
    }
  }

  @Test
  void ofSeveralHostsTheOneThatAnswersIsTaken(TestDatabase db) throws SQLException, IOException {
    try (Databases databases = new Databases(1)) {
      String url =
          "jdbc:postgresql://127.0.0.1:%d,127.0.0.1:%d/%s?targetServerType=primary"
              .formatted(freePort(), db.port(), db.name());

      assertThat(open(databases, url, 1).read(TIMEOUTS, query("select current_database()")))
          .isEqualTo(db.name());
    }
  }

  @Test
  void noNameAndNoMessageShowsAPassword() {
    try (Databases databases = new Databases(1)) {
      Database app =
          databases.open(
              new ConnectionSettings(
                  "app",
                  "jdbc:postgresql://app:geheim@127.0.0.1/app?password=geheim&ssl=true",
                  Optional.empty(),
                  Optional.of(new Secret("geheim")),
                  1));

      Throwable failure =
          catchThrowableOfType(SQLException.class, () -> app.read(TIMEOUTS, query("select 1")));

      assertThat(failure).isNotNull();
      for (Throwable each = failure; each != null; each = each.getCause()) {
        assertThat(String.valueOf(each.getMessage())).doesNotContain("geheim");
      }
      assertThat(Thread.getAllStackTraces().keySet())
          .extracting(Thread::getName)
          .noneMatch(name -> name.contains("geheim"))
          .anyMatch(name -> name.startsWith("seqwarden-app-pool-"));
    }
  }

  /** Three databases and two connections: everybody gets one in turn, and never are three open. */
  @Test
  void databasesShareABudgetThatNobodyExceeds(TestDatabase db) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try (Databases databases = new Databases(2)) {
      List<PooledDatabase> three = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        three.add(open(databases, db.jdbcUrl(), 2));
      }
      String sessions =
          "select count(*) from pg_stat_activity where application_name = 'seqwarden'"
              + " and datname = current_database()";
      List<Callable<String>> tasks = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        PooledDatabase app = three.get(i % 3);
        tasks.add(() -> app.read(TIMEOUTS, query("select pg_sleep(0.01)::text")));
        tasks.add(() -> String.valueOf(databases.openConnections()));
      }

      List<Future<String>> all = threads.invokeAll(tasks);

      for (int i = 0; i < all.size(); i += 2) {
        assertThat(all.get(i).get()).isEmpty();
        assertThat(all.get(i + 1).get()).isIn("0", "1", "2");
      }
      // A backend goes a moment later than its client.
      await().until(() -> Integer.parseInt(db.one(sessions)) <= 2);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aLargerBudgetIsThereForPoolsThatAreOpenAlready(TestDatabase db) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Databases databases = new Databases(1)) {
      PooledDatabase app = open(databases, db.jdbcUrl(), 2);
      app.read(TIMEOUTS, query("select 1"));

      databases.resize(4);

      CountDownLatch both = new CountDownLatch(2);
      Callable<Boolean> meet = () -> app.read(TIMEOUTS, connection -> waited(both, both));
      assertThat(threads.invokeAll(List.of(meet, meet)))
          .allSatisfy(met -> assertThat(met.get()).isTrue());
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * A session counts in the server until it has ended, which temporary tables make take a while.
   */
  @Test
  void aConnectionIsOpenedOnceTheOneBeforeItHasEnded(TestDatabase db) throws SQLException {
    Database.Work<Boolean> leaving =
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.execute(
                "do $$ begin for i in 1 .. 100 loop"
                    + " execute format('create temporary table t%s (id int)', i); end loop; end $$");
          }
        };
    List<String> sessions = new ArrayList<>();
    try (Databases databases = new Databases(1)) {
      List<PooledDatabase> all =
          List.of(open(databases, db.jdbcUrl(), 1), open(databases, db.jdbcUrl(), 1));
      for (int i = 0; i < 6; i++) {
        sessions.add(all.get(i % 2).read(TIMEOUTS, query(COUNT)));
        all.get(i % 2).write(TIMEOUTS, leaving);
      }
    }
    assertThat(sessions).containsOnly("1");
  }

  @Test
  void idleConnectionsOfOthersAreClosedForWhoWaits(TestDatabase db) throws SQLException {
    try (Databases databases = new Databases(1)) {
      PooledDatabase first = open(databases, db.jdbcUrl(), 1);
      PooledDatabase second = open(databases, db.jdbcUrl(), 1);

      for (int i = 0; i < 3; i++) {
        assertThat(first.read(TIMEOUTS, query("select 1"))).isEqualTo("1");
        assertThat(second.read(TIMEOUTS, query("select 2"))).isEqualTo("2");
      }

      assertThat(databases.openConnections()).isEqualTo(1);
    }
  }

  @Test
  void whoFindsAllConnectionsInUseIsToldAfterAWhile(TestDatabase db) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    try (Databases databases = new Databases(1)) {
      PooledDatabase app = open(databases, db.jdbcUrl(), 1);
      Future<Boolean> holder =
          thread.submit(() -> app.read(TIMEOUTS, connection -> waited(inside, leave)));
      inside.await();

      SQLException busy =
          catchThrowableOfType(SQLException.class, () -> app.read(TIMEOUTS, query("select 2")));

      assertThat(SqlState.TOO_MANY_CONNECTIONS.is(busy)).isTrue();
      assertThat(busy.getMessage())
          .isEqualTo(
              "Database app was not reached: none of its 1 connections"
                  + " (databases.app.connections) came free or could be opened within 5 s.");
      leave.countDown();
      assertThat(holder.get()).isTrue();
    } finally {
      leave.countDown();
      thread.shutdownNow();
    }
  }

  private static boolean waited(CountDownLatch inside, CountDownLatch leave) {
    inside.countDown();
    try {
      return leave.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void closingEndsWhatRuns(TestDatabase db) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Databases databases = new Databases(1)) {
      PooledDatabase app = open(databases, db.jdbcUrl(), 1);
      Future<String> running =
          thread.submit(() -> app.read(TIMEOUTS, query("select pg_sleep(3)::text")));
      String asleep =
          "select count(*) from pg_stat_activity where wait_event = 'PgSleep'"
              + " and datname = current_database()";
      await().until(() -> db.one(asleep).equals("1"));

      app.close();

      assertThatThrownBy(running::get).hasCauseInstanceOf(SQLException.class);
      assertThat(databases.openConnections()).isZero();
      // The server ends what nobody waits for when it next looks at the socket.
      await().until(() -> db.one(asleep).equals("0"));
    } finally {
      thread.shutdownNow();
    }
  }

  @EveryMajor
  void theServersFactsAreWhatTheServerSays(TestDatabase db) throws SQLException {
    db.execute("alter database %s set default_transaction_read_only = on".formatted(db.name()));
    try (Databases databases = new Databases(1)) {
      ServerFacts facts = open(databases, db.jdbcUrl(), 1).read(TIMEOUTS, ServerFacts::read);

      assertThat(facts.major()).isEqualTo(db.major());
      assertThat(facts.standby()).isFalse();
      assertThat(facts.readOnly()).isTrue();
    } finally {
      try (Connection connection = db.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("set default_transaction_read_only = off");
        statement.execute(
            "alter database %s reset default_transaction_read_only".formatted(db.name()));
      }
    }
  }

  /** A port that nobody listens on. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void aSmallerBudgetClosesConnectionsThatThreadsWaitedFor(TestDatabase db) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    CountDownLatch entered = new CountDownLatch(2);
    CountDownLatch goOn = new CountDownLatch(1);
    try (Databases databases = new Databases(2)) {
      List<Future<Boolean>> readings = new ArrayList<>();
      for (PooledDatabase one :
          List.of(open(databases, db.jdbcUrl(), 1), open(databases, db.jdbcUrl(), 1))) {
        for (int i = 0; i < 2; i++) {
          readings.add(
              threads.submit(() -> one.read(TIMEOUTS, connection -> waited(entered, goOn))));
        }
        await().until(() -> one.pool().getHikariPoolMXBean().getThreadsAwaitingConnection() == 1);
      }

      databases.resize(1);
      goOn.countDown();

      for (Future<Boolean> reading : readings) {
        assertThat(reading.get(30, TimeUnit.SECONDS)).isTrue();
      }
      await().until(() -> databases.openConnections() <= 1);
    } finally {
      goOn.countDown();
      threads.shutdownNow();
    }
  }

  private static boolean hasSpare(PooledDatabase app) throws SQLException {
    Optional<Database> spare = app.spare();
    return spare.isPresent() && "1".equals(spare.get().read(TIMEOUTS, query("select 1")));
  }

  @Test
  void aConnectionIsSpareWhileNobodyHasToWaitForIt(TestDatabase db) throws SQLException {
    try (Databases databases = new Databases(2)) {
      PooledDatabase app = open(databases, db.jdbcUrl(), 2);

      assertThat(app.spare()).isEmpty();
      app.read(TIMEOUTS, query("select 1"));
      // The only one is what the next transaction needs.
      assertThat(app.spare()).isEmpty();
      assertThat(app.<Boolean>read(TIMEOUTS, first -> hasSpare(app))).isTrue();
      assertThat(hasSpare(app)).isTrue();
      assertThat(
              app.<Boolean>read(
                  TIMEOUTS, first -> app.read(TIMEOUTS, second -> app.spare().isPresent())))
          .isFalse();
      assertThat(db.one(COUNT)).isEqualTo("2");
    }
  }

  @Test
  void nothingIsSpareThatAnotherDatabaseHas(TestDatabase db) throws SQLException {
    try (Databases databases = new Databases(2)) {
      PooledDatabase app = open(databases, db.jdbcUrl(), 2);
      PooledDatabase other = open(databases, db.jdbcUrl(), 2);
      String theirs = other.read(TIMEOUTS, query("select pg_backend_pid()"));

      assertThat(app.<Boolean>read(TIMEOUTS, first -> app.spare().isPresent())).isFalse();
      assertThat(other.read(TIMEOUTS, query("select pg_backend_pid()"))).isEqualTo(theirs);
    }
  }

  @Test
  void nothingIsSpareThatTheServerDoesNotGive(TestDatabase db) throws Exception {
    db.execute("create role single login connection limit 1");
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (Databases databases = new Databases(2)) {
      PooledDatabase app =
          databases.open(
              new ConnectionSettings(
                  "app", db.jdbcUrl(), Optional.of("single"), Optional.empty(), 2));
      Future<Optional<Database>> spare =
          app.read(
              TIMEOUTS,
              first -> {
                Future<Optional<Database>> asked = threads.submit(app::spare);
                await()
                    .until(
                        () -> app.pool().getHikariPoolMXBean().getThreadsAwaitingConnection() == 1);
                return asked;
              });

      // Not after the pool's five seconds: it is there for the next transaction again.
      assertThat(app.read(TIMEOUTS, query("select 1"))).isEqualTo("1");
      assertThat(spare.get(3, TimeUnit.SECONDS)).isEmpty();
    } finally {
      threads.shutdownNow();
      db.execute("drop role single");
    }
  }

  @Test
  void whatABackendHasNoRoomForIsNotRead(TestDatabase db) throws SQLException {
    try (Databases databases = new Databases(2)) {
      PooledDatabase app = open(databases, db.jdbcUrl(), 2);
      app.<Boolean>read(TIMEOUTS, first -> hasSpare(app));
      Database spare = app.spare().orElseThrow();

      assertThatThrownBy(
              () ->
                  spare.read(
                      TIMEOUTS, new WorkingSet(1, BackendMemory.MOST + 1), query("select 1")))
          .isInstanceOfSatisfying(
              SQLException.class, failure -> assertThat(failure.getSQLState()).isEqualTo("53300"));
      assertThat(hasSpare(app)).isTrue();
    }
  }
}
