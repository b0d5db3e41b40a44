package io.seqwarden.promises;

import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What the sessions of a stress run do, one step after the other, to {@code ticket} and its
 * sequence. Transactions take ids in the sequence's direction only: whatever deadlocks is not their
 * doing.
 */
final class StressSessions {

  static final String SEQUENCE = "public.ticket_id_seq";

  private static final String DEFAULT =
      "insert into ticket (kind) select 'default' from generate_series(1, ?) returning id";
  private static final String EXPLICIT =
      "insert into ticket (id, kind)"
          + " select ? + g * ?, 'explicit' from generate_series(0, ? - 1) as g";
  private static final Pattern KEY = Pattern.compile("\\(id\\)=\\((-?\\d+)\\)");
  private static final String UNIQUE_VIOLATION = "23505";

  private final StressLoad load;
  private final StressEvidence evidence;

  StressSessions(StressLoad load, StressEvidence evidence) {
    this.load = load;
    this.evidence = evidence;
  }

  /** One step of a session; whatever it throws is counted by its SQLSTATE. */
  @FunctionalInterface
  interface Step {
    void run(Connection connection, StressEvidence.Drawn drawn) throws SQLException;
  }

  static Connection connect(TestDatabase db, String application) throws SQLException {
    return DriverManager.getConnection(
        "%s?ApplicationName=%s&user=%s"
            .formatted(db.jdbcUrl(), application, TestDatabase.SUPERUSER));
  }

  /** Draws values that no row ever has. */
  void draw(Connection connection, StressEvidence.Drawn drawn) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("select nextval(?::regclass) from generate_series(1, 5)");
        ResultSet values = named(statement).executeQuery()) {
      record(values, drawn);
    }
  }

  /** Inserts default ids, some of them in vain: rolled back, or too late for a timeout. */
  void insertDefaults(Connection connection, StressEvidence.Drawn drawn) throws SQLException {
    Random random = ThreadLocalRandom.current();
    boolean given = random.nextInt(10) > 0;
    try {
      connection.setAutoCommit(false);
      hurry(connection, random);
      insertDefaults(connection, drawn, random.nextInt(4) == 0 ? 5 : 1);
      if (given) {
        connection.commit();
      } else {
        connection.rollback();
      }
      evidence.count(given ? "default inserts" : "default inserts rolled back");
    } catch (SQLException failure) {
      rollBack(connection);
      recordLost(connection, drawn);
      throw failure;
    }
  }

  private void insertDefaults(Connection connection, StressEvidence.Drawn drawn, int rows)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(DEFAULT)) {
      statement.setInt(1, rows);
      try (ResultSet ids = statement.executeQuery()) {
        record(ids, drawn);
      }
    } catch (PSQLException failure) {
      ServerErrorMessage message = failure.getServerErrorMessage();
      if (UNIQUE_VIOLATION.equals(failure.getSQLState()) && message != null) {
        Matcher key = KEY.matcher(String.valueOf(message.getDetail()));
        if (key.find()) {
          evidence.collided(Long.parseLong(key.group(1)), message.toString());
        }
      }
      throw failure;
    }
  }

  private static void record(ResultSet values, StressEvidence.Drawn drawn) throws SQLException {
    while (values.next()) {
      drawn.add(values.getLong(1));
    }
  }

  /** The value that a failed insert drew is as much drawn as any other. */
  private void recordLost(Connection connection, StressEvidence.Drawn drawn) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("select currval(?::regclass)");
        ResultSet value = named(statement).executeQuery()) {
      value.next();
      if (value.getLong(1) != drawn.last()) {
        drawn.add(value.getLong(1));
        evidence.count("values drawn by inserts that failed");
      }
      connection.commit();
    } catch (SQLException unknown) {
      evidence.count("values lost with their session, at most");
      rollBack(connection);
    }
  }

  /** Inserts ids a little ahead: one, or ten in a row. */
  void insertNear(Connection connection, StressEvidence.Drawn drawn) throws SQLException {
    Random random = ThreadLocalRandom.current();
    connection.setAutoCommit(true);
    long ahead = random.nextLong(1, 50L * load.cache());
    insertExplicit(connection, ahead, random.nextInt(3) == 0 ? 10 : 1, random);
    evidence.count("explicit inserts, near");
  }

  /**
   * Inserts an id far ahead, mostly so far that the guard jumps, and then a default one; some such
   * transactions fail a timeout or are rolled back.
   */
  void insertFar(Connection connection, StressEvidence.Drawn drawn) throws SQLException {
    Random random = ThreadLocalRandom.current();
    long jump = StressLoad.JUMP_FETCHES * load.cache();
    boolean walk = random.nextInt(4) == 0;
    long longest = random.nextInt(5) == 0 ? jump : 20_000;
    long ahead = walk ? random.nextLong(1_000, longest) : random.nextLong(jump, 2 * jump);
    try {
      connection.setAutoCommit(false);
      hurry(connection, random);
      insertExplicit(connection, ahead, 1, random);
      requireNoAdvisoryLock(connection);
      insertDefaults(connection, drawn, 1);
      if (random.nextInt(5) == 0) {
        connection.rollback();
      } else {
        connection.commit();
      }
      evidence.count(walk ? "explicit inserts, further" : "explicit inserts, beyond the walk");
    } catch (SQLException failure) {
      rollBack(connection);
      throw failure;
    }
  }

  private void insertExplicit(Connection connection, long ahead, int rows, Random random)
      throws SQLException {
    long at = position(connection);
    int way = Integer.signum(load.increment());
    // Mostly beside the sequence's own lattice, where there is one.
    long offset = random.nextInt(Math.abs(load.increment())) * (long) way;
    // Some sessions switch their guards off: what they leave behind is for sweeps and calls.
    String guard = random.nextInt(4) == 0 ? "off" : "on";
    try (Statement setting = connection.createStatement();
        PreparedStatement statement = connection.prepareStatement(EXPLICIT)) {
      setting.execute("set seqwarden.guard = " + guard);
      statement.setLong(1, at + ahead * load.increment() + offset);
      statement.setInt(2, way);
      statement.setInt(3, rows);
      statement.execute();
    }
  }

  /**
   * Where the sequence stands; 0 before the first nextval. The sequence's own row would say up to
   * 32 values more for the time of a WAL record, and then less again.
   */
  static long position(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select pg_sequence_last_value('%s')".formatted(SEQUENCE))) {
      row.next();
      return row.getLong(1);
    }
  }

  private void requireNoAdvisoryLock(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select count(*) from pg_locks"
                    + " where locktype = 'advisory' and pid = pg_backend_pid()")) {
      row.next();
      if (row.getLong(1) > 0) {
        evidence.violation("an advisory lock was left", "by an insert in its transaction");
      }
    }
  }

  /** Holds an ALTER SEQUENCE in an open transaction, and may insert far ahead in it. */
  void alter(Connection connection, StressEvidence.Drawn drawn) throws SQLException {
    Random random = ThreadLocalRandom.current();
    try (Statement statement = connection.createStatement()) {
      pause(random.nextInt(200));
      connection.setAutoCommit(false);
      statement.execute("set local lock_timeout = '50ms'");
      statement.execute("alter sequence %s cache %d".formatted(SEQUENCE, load.cache()));
      if (random.nextBoolean()) {
        insertExplicit(connection, StressLoad.JUMP_FETCHES * load.cache() * 3, 1, random);
      }
      pause(random.nextInt(30));
      if (random.nextBoolean()) {
        connection.commit();
      } else {
        connection.rollback();
      }
      evidence.count("ALTER SEQUENCE");
    } catch (SQLException failure) {
      rollBack(connection);
      throw failure;
    }
  }

  /** Heals through SQL, in one of its forms. */
  void healBySql(Connection connection, StressEvidence.Drawn drawn) throws SQLException {
    connection.setAutoCommit(true);
    List<String> forms =
        List.of(
            "select * from seqwarden.sync_all()",
            "select * from seqwarden.sync('ticket')",
            "select sync_ticket_sequence()",
            "select seqwarden.advance('%1$s', (select last_value + %2$d from %1$s))"
                .formatted(SEQUENCE, 20L * load.increment()));
    try (Statement statement = connection.createStatement()) {
      statement.execute(forms.get(ThreadLocalRandom.current().nextInt(forms.size())));
    }
    evidence.count("SQL calls");
  }

  /** What people write who know that MAX alone goes backwards. */
  void healNaively(Connection connection, StressEvidence.Drawn drawn) throws SQLException {
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          do $$
          declare
            target bigint := (select max(id) from ticket);
          begin
            if target > (select last_value from ticket_id_seq) then
              perform setval('ticket_id_seq', target);
            end if;
          end
          $$""");
    }
    evidence.count("naive heals");
  }

  /** Cancels or ends a session of the run or of the daemon. */
  void kill(Connection connection, StressEvidence.Drawn drawn) throws SQLException {
    connection.setAutoCommit(true);
    pause(ThreadLocalRandom.current().nextInt(40));
    boolean cancel = ThreadLocalRandom.current().nextInt(4) > 0;
    String function = cancel ? "pg_cancel_backend" : "pg_terminate_backend";
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                select application_name, %s(pid)
                  from pg_stat_activity
                 where datname = current_database() and backend_type = 'client backend'
                   and application_name in ('stress', 'seqwarden')
                   and (state <> 'idle' or random() < 0.2)
                 order by random()
                 limit 1
                """
                    .formatted(function))) {
      if (row.next()) {
        evidence.count("kills: %s of %s".formatted(function, row.getString(1)));
      }
    }
  }

  private static void hurry(Connection connection, Random random) throws SQLException {
    String[] timeouts = {"statement_timeout", "lock_timeout"};
    if (random.nextInt(10) == 0) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            "set local %s = %d"
                .formatted(timeouts[random.nextInt(timeouts.length)], 1 + random.nextInt(20)));
      }
    }
  }

  /** A cancel may hit the rollback, too: then only a new session helps. */
  private static void rollBack(Connection connection) throws SQLException {
    try {
      connection.rollback();
    } catch (SQLException failure) {
      connection.close();
    }
  }

  private static PreparedStatement named(PreparedStatement statement) throws SQLException {
    statement.setString(1, SEQUENCE);
    return statement;
  }

  /** Spreads what would else happen all the time; nothing waits for it. */
  private static void pause(int milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
