package io.seqwarden.client;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Optional;

/**
 * Advances a sequence where it is behind: by {@code seqwarden.sync} where that is installed and
 * knows the sequence, else by the same rules and the same text from here. Thread-safe.
 */
final class Healing {

  private static final String GIVE =
      "select pg_catalog.set_config('seqwarden.client_request', ?, true)";
  private static final String HEAL =
      Resources.load("heal.sql")
          .replace("{{outlier_bound}}", Resources.load("outlier_bound.sql"))
          .replace("{{advance}}", Resources.load(Resources.ADVANCE));
  private static final String TAKE = "select pg_catalog.current_setting('seqwarden.client_answer')";

  /** Only where it runs with its owner's rights: who made such a schema must not get ours. */
  private static final String INSTALLED =
      "select exists (select from pg_catalog.pg_proc as p"
          + " join pg_catalog.pg_namespace as n on n.oid = p.pronamespace"
          + " where n.nspname = 'seqwarden' and p.proname = 'sync' and p.prosecdef"
          + " and p.proargtypes::pg_catalog.text"
          + " = 'pg_catalog.regclass'::pg_catalog.regtype::pg_catalog.oid::pg_catalog.text"
          + " and pg_catalog.has_schema_privilege(n.oid, 'USAGE')"
          + " and pg_catalog.has_function_privilege(p.oid, 'EXECUTE'))";

  private static final String SYNC =
      "select s.state, s.before_value, s.after_value, s.high_water::pg_catalog.text"
          + " from seqwarden.sync(?::pg_catalog.oid::pg_catalog.regclass) as s limit 1";

  private static final String DRAW =
      "select count(pg_catalog.nextval(?::pg_catalog.oid::pg_catalog.regclass))"
          + " from pg_catalog.generate_series(1::pg_catalog.int8, ?)";
  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final int FAILURES_BEFORE_LEAD = 3;
  private static final int MOST_LEAD_BITS = 10;

  /** What the daemon's {@code limits.unindexed-max-pages} is by default. */
  private static final int UNINDEXED_PAGES = 128;

  /** An advance walks 200,000 values at most; so many of them in one healing. */
  private static final int MOST_WALKS = 10;

  /** How a sequence was found and left. */
  enum State {
    /** Its next value lay beyond every id already. */
    AHEAD,
    /** It was behind and is no more. */
    HEALED,
    /** It is behind, and a part of the way, or somebody's lock, is left. */
    BEHIND,
    /** It may not be advanced, or could not be judged. */
    LEFT
  }

  /**
   * What became of a sequence.
   *
   * @param before its last_value
   * @param after likewise
   * @param mark the furthest id that counts
   * @param words how the database called it
   */
  record Outcome(
      State state, BigInteger before, BigInteger after, Optional<BigInteger> mark, String words) {}

  /**
   * Draws some values more for work that keeps losing against an importer which is faster: twice as
   * many with each failure from the third on, 1,024 at most, and never more than a thousandth of
   * what remains.
   */
  void lead(Connection connection, Feed feed, Outcome outcome, int failures) throws SQLException {
    if (failures < FAILURES_BEFORE_LEAD || feed.cycles()) {
      return;
    }
    long most = 1L << Math.min(failures - 1, MOST_LEAD_BITS);
    BigInteger allowed = feed.remaining(outcome.after()).divide(BigInteger.valueOf(1_000));
    Savepoint before = connection.setSavepoint();
    try (PreparedStatement draw = connection.prepareStatement(DRAW)) {
      draw.setLong(1, feed.oid());
      draw.setLong(2, allowed.min(BigInteger.valueOf(most)).longValueExact());
      draw.execute();
      connection.releaseSavepoint(before);
    } catch (SQLException failure) {
      if (!INSUFFICIENT_PRIVILEGE.equals(failure.getSQLState())) {
        throw failure;
      }
      // An identity column is inserted into without any privilege on its sequence.
      connection.rollback(before);
    }
  }

  /** The statement that heals where nothing is installed. */
  static String text() {
    return HEAL;
  }

  /**
   * Heals one sequence.
   *
   * @param drain whether this session may hold cached values that lie behind
   * @throws SQLException 42501 without the privileges, among others; then nothing is known
   */
  Outcome heal(Connection connection, Feed feed, boolean drain) throws SQLException {
    if (feed.allocation() == Allocation.HILO) {
      return new Outcome(
          State.LEFT, BigInteger.ZERO, BigInteger.ZERO, Optional.empty(), "allocated by hilo");
    }
    Outcome outcome = once(connection, feed, drain);
    BigInteger before = outcome.before();
    BigInteger reached = before;
    for (int walks = 1; walks < MOST_WALKS && outcome.state() == State.BEHIND; walks++) {
      if (outcome.after().equals(reached)) {
        break;
      }
      reached = outcome.after();
      Outcome next = once(connection, feed, drain);
      State state = next.state() == State.AHEAD ? State.HEALED : next.state();
      outcome = new Outcome(state, before, next.after(), next.mark(), next.words());
    }
    return outcome;
  }

  private static Outcome once(Connection connection, Feed feed, boolean drain) throws SQLException {
    // The installed function knows nothing of blocks, and nothing of what this session has cached.
    if (feed.allocation() != Allocation.POOLED && isInstalled(connection)) {
      Optional<Outcome> synced = synced(connection, feed);
      boolean cached = drain && feed.cache() > 1;
      if (synced.isPresent() && !(cached && synced.get().state() == State.AHEAD)) {
        return synced.get();
      }
    }
    return own(connection, feed, drain);
  }

  private static boolean isInstalled(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(INSTALLED)) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private static Optional<Outcome> synced(Connection connection, Feed feed) throws SQLException {
    try (PreparedStatement sync = connection.prepareStatement(SYNC)) {
      sync.setLong(1, feed.oid());
      try (ResultSet row = sync.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        String word = row.getString(1);
        BigInteger before = BigInteger.valueOf(row.getLong(2));
        BigInteger after = BigInteger.valueOf(row.getLong(3));
        State state =
            switch (word) {
              case "in_sync" -> before.equals(after) ? State.AHEAD : State.HEALED;
              case "behind" -> State.BEHIND;
              default -> State.LEFT;
            };
        Optional<BigInteger> mark = Optional.ofNullable(row.getString(4)).map(BigInteger::new);
        return Optional.of(new Outcome(state, before, after, mark, word));
      }
    }
  }

  private static Outcome own(Connection connection, Feed feed, boolean drain) throws SQLException {
    try (PreparedStatement give = connection.prepareStatement(GIVE)) {
      give.setString(1, feed.request(drain, UNINDEXED_PAGES));
      give.execute();
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(HEAL);
      try (ResultSet row = statement.executeQuery(TAKE)) {
        row.next();
        String[] words = row.getString(1).split(" ", -1);
        State state =
            switch (words[0]) {
              case "in_sync" -> State.AHEAD;
              case "healed" -> State.HEALED;
              case "behind" -> State.BEHIND;
              default -> State.LEFT;
            };
        Optional<BigInteger> mark =
            words[3].equals("-") ? Optional.empty() : Optional.of(new BigInteger(words[3]));
        return new Outcome(
            state, new BigInteger(words[1]), new BigInteger(words[2]), mark, words[0]);
      }
    }
  }
}
