package io.seqwarden.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.seqwarden.postgres.SqlResource;
import io.seqwarden.repair.Advancer;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An advance beside sessions that alter the sequence, hold its locks or draw. ALTER SEQUENCE stops
 * whoever draws or sets, for as long as its transaction is open, and makes all that come later
 * queue behind it while it waits itself. Each order of that is held against the product's text and,
 * to show that the order is the dangerous one, against a naive one.
 */
@ExtendWith(PostgresExtension.class)
final class AdvanceBesideOthersTest {

  private static final String ADVANCE = SqlResource.load(Advancer.class, "advance.sql");
  private static final String LOCKED_READ = "pg_sequence_last_value(sequence)";
  private static final String LOCK_FIRST = "perform " + LOCKED_READ + ";";
  private static final String SLEEP = "perform pg_sleep(0.002);";
  private static final String TRIED = "if pg_try_advisory_xact_lock(";

  /** What a guard waits for a lock: limits.lock-timeout. */
  private static final Duration LOCK_TIMEOUT = Duration.ofMillis(200);

  /** For a machine that does other things; a guard without a bound waits for ever here. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  @EveryMajor
  void anAlterBetweenReadingAndSettingRewindsNothing(TestDatabase db) throws Exception {
    prepare(db, ADVANCE);

    assertThat(nextAfterAnAlterInBetween(db)).isGreaterThan(200_001);
  }

  @Test
  void withoutTheSequencesLockFirstItRewinds(TestDatabase db) throws Exception {
    prepare(db, readingUnlocked());

    assertThat(nextAfterAnAlterInBetween(db)).isEqualTo(150_001);
  }

  /** Draws 200,001 values while a healer, on its way to 150,000, waits behind an ALTER SEQUENCE. */
  private static long nextAfterAnAlterInBetween(TestDatabase db) throws Exception {
    try (Session drawer = new Session(db);
        Session altering = new Session(db);
        Session healer = new Session(db)) {
      drawer.run("begin");
      drawer.run("select nextval('s')");
      CompletableFuture<String> altered = altering.runAndWait("alter sequence s owned by none");
      healer.run("set lock_timeout = '60s'");
      CompletableFuture<String> healed = healer.runAndWait("select advance('s', 150000)");
      assertThat(healed).isNotDone();
      drawer.run("select count(nextval('s')) from generate_series(1, 200000)");
      drawer.run("commit");
      Session.result(altered);
      Session.result(healed);
      return Long.parseLong(drawer.run("select nextval('s')"));
    }
  }

  @EveryMajor
  void anAlterInAnOpenTransactionAndTwoAdvancesDoNotDeadlock(TestDatabase db) throws Exception {
    prepare(db, ADVANCE);

    assertThat(stateAfterTwoAdvancesBesideAnAlter(db)).isEmpty();
    assertThat(db.one("select last_value from s")).isEqualTo("300000");
  }

  @Test
  void withABlockingAdvisoryLockTheyDo(TestDatabase db) throws Exception {
    prepare(
        db,
        readingUnlocked()
            .replace(TRIED, "perform pg_advisory_xact_lock(1); if pg_try_advisory_xact_lock("));

    assertThat(stateAfterTwoAdvancesBesideAnAlter(db)).isEqualTo("40P01");
  }

  /** The SQLSTATE with which one of the two failed. */
  private static String stateAfterTwoAdvancesBesideAnAlter(TestDatabase db) throws Exception {
    try (Session altering = new Session(db);
        Session beside = new Session(db)) {
      altering.run("set lock_timeout = '60s'");
      beside.run("set lock_timeout = '60s'");
      altering.run("begin");
      altering.run("alter sequence s owned by none");
      CompletableFuture<String> waiting = beside.runAndWait("select advance('s', 200000)");
      assertThat(waiting).isNotDone();
      Throwable here = catchThrowable(() -> altering.run("select advance('s', 300000)"));
      altering.run(here == null ? "commit" : "rollback");
      Throwable there = catchThrowable(() -> Session.result(waiting));
      return Stream.of(here, there == null ? null : there.getCause())
          .filter(SQLException.class::isInstance)
          .map(failure -> String.valueOf(((SQLException) failure).getSQLState()))
          .findFirst()
          .orElse("");
    }
  }

  @EveryMajor
  void explicitInsertsGoThroughBesideAnAlterAndAreNotHeldUp(TestDatabase db) throws Exception {
    db.execute("create table ticket (id bigserial primary key)", "select nextval('ticket_id_seq')");
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE);
        Session altering = new Session(db);
        Session beside = new Session(db)) {
      sweeping.sweep();
      altering.run("begin");
      altering.run("alter sequence ticket_id_seq cache 1");
      Instant start = Instant.now();
      CompletableFuture<String> held =
          beside.runAndWait("insert into ticket values (500000) returning id");
      altering.run("insert into ticket values (900000)");

      assertThat(Session.result(held)).as("beside an ALTER that is still open").isEqualTo("500000");
      assertThat(Duration.between(start, Instant.now())).isLessThan(LOCK_TIMEOUT.plus(SLACK));

      altering.run("commit");
      assertThat(db.one("insert into ticket default values returning id")).isEqualTo("900001");
    }
  }

  /** A stale increment would call it an advance to go up, where down is forwards. */
  @EveryMajor
  void anIncrementThatWasTurnedAroundMeanwhileIsNotGoneAgainst(TestDatabase db) throws Exception {
    prepare(db, ADVANCE);
    db.execute("select setval('s', 200000)");
    try (Session altering = new Session(db);
        Session healer = new Session(db);
        Session snapshot = new Session(db)) {
      snapshot.run("begin isolation level repeatable read");
      snapshot.run("select 1");
      altering.run("begin");
      altering.run("alter sequence s increment -1");
      healer.run("set lock_timeout = '60s'");
      CompletableFuture<String> healed = healer.runAndWait("select advance('s', 350000)");
      altering.run("commit");

      Session.result(healed);
      assertThat(healer.run("select nextval('s')")).isEqualTo("199999");
      snapshot.run("select advance('s', 350000)");
      assertThat(snapshot.run("select nextval('s')")).isEqualTo("199998");
    }
  }

  /** Nobody waits for the advisory lock, whoever holds it and for whatever reason. */
  @EveryMajor
  void aStrangerWithTheAdvisoryLockHoldsUpNoInsert(TestDatabase db) throws Exception {
    db.execute("create table ticket (id bigserial primary key)", "select nextval('ticket_id_seq')");
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE);
        Session stranger = new Session(db);
        Session inserting = new Session(db)) {
      sweeping.sweep();
      stranger.run("begin");
      stranger.run(
          "select pg_advisory_xact_lock(1936029559,"
              + " ('ticket_id_seq'::regclass::oid::bigint - 2147483648)::int)");

      inserting.run("insert into ticket values (500000)");
      assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("1");

      stranger.run("commit");
      sweeping.sweep();
      assertThat(db.one("insert into ticket default values returning id")).isEqualTo("500001");
    }
  }

  /** Whose ALTERs wait for the inserting session, which the guard would make wait for them. */
  @EveryMajor
  void twoSequencesAlteredInTheOtherOrderHoldUpNoInsert(TestDatabase db) throws Exception {
    db.execute("create table a (id serial primary key)", "create table b (id serial primary key)");
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE);
        Session altering = new Session(db);
        Session inserting = new Session(db)) {
      sweeping.sweep();
      inserting.run("begin");
      inserting.run("insert into a values (10)");
      altering.run("begin");
      altering.run("alter sequence b_id_seq cache 1");
      CompletableFuture<String> altered = altering.runAndWait("alter sequence a_id_seq cache 1");
      assertThat(altered).isNotDone();

      inserting.run("insert into b values (10)");
      inserting.run("commit");

      Session.result(altered);
      altering.run("commit");
      sweeping.sweep();
      assertThat(db.one("insert into b default values returning id")).isEqualTo("11");
    }
  }

  /**
   * A position is read without the sequence's lock, and may be looked for in the file that an ALTER
   * SEQUENCE has just replaced. What is not there is not in sync.
   */
  @Test
  void aReadOfAReplacedFileIsUnreadable(TestDatabase db) throws Exception {
    db.execute("create table ticket (id bigserial primary key)");
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE);
        Session altering = new Session(db);
        Session reading = new Session(db)) {
      sweeping.sweep();
      CompletableFuture<String> altered =
          altering.start(
              """
              do $$
              begin
                for i in 1 .. 500 loop
                  alter sequence ticket_id_seq cache 1;
                  commit;
                end loop;
              end
              $$""");
      while (!altered.isDone()) {
        assertThat(
                reading.run(
                    "select state from seqwarden.sync('ticket')"
                        + " where before_value is null and state <> 'unreadable'"))
            .isEmpty();
        sweeping.syncTable("public.ticket", false);
      }
      Session.result(altered);
    }
  }

  /**
   * While nextval writes its WAL record, the sequence's row says where it will be 32 values later.
   * Who believes that takes an id just ahead for one that lies behind.
   */
  @Test
  void aPositionIsNotReadAheadOfItself(TestDatabase db) throws Exception {
    prepare(db, ADVANCE);
    db.execute("alter sequence s cache 50");
    try (Session drawer = new Session(db);
        Session reader = new Session(db)) {
      CompletableFuture<String> drawn =
          drawer.start(
              """
              do $$
              begin
                for i in 1 .. 10000 loop
                  discard sequences;
                  perform nextval('s'), count(*) from generate_series(1, 300);
                end loop;
              end
              $$""");
      int ahead = 0;
      while (!drawn.isDone()) {
        ahead +=
            Integer.parseInt(
                reader.run(
                    """
                    select count(*) filter (where advance('s', 0) > pg_sequence_last_value('s'))
                      from generate_series(1, 1000)
                    """));
      }
      Session.result(drawn);
      assertThat(ahead).isZero();
    }
  }

  /** Its window would have to be as long as theirs to get there. */
  @Test
  void whoeverWillSoonBeThereByDrawingIsNotJumpedAheadOf(TestDatabase db) throws Exception {
    assertThat(ADVANCE).contains(SLEEP);
    prepare(db, ADVANCE.replace(SLEEP, "perform pg_advisory_xact_lock_shared(attempt);"));
    try (Session drawer = new Session(db);
        Session healer = new Session(db)) {
      drawer.run("select nextval('s')");
      drawer.run("select pg_advisory_lock(1), pg_advisory_lock(2)");
      healer.run("set lock_timeout = '60s'");
      CompletableFuture<String> healed = healer.runAndWait("select advance('s', 150000)");
      drawer.run("select count(nextval('s')) from generate_series(1, 1000)");
      drawer.run("select pg_advisory_unlock(1)");
      await().until(() -> healer.waitsFor(2));
      assertThat(db.one("select last_value from s")).as("1,000 in the 2 ms").isEqualTo("1001");

      drawer.run("select pg_advisory_unlock(2)");
      Session.result(healed);
      assertThat(db.one("select last_value from s")).as("none since").isEqualTo("150000");
    }
  }

  private static void prepare(TestDatabase db, String body) throws SQLException {
    db.execute(
        "create sequence s",
        """
        create function advance(sequence regclass, target bigint) returns bigint
        language plpgsql set search_path = pg_catalog as $body$
        declare
          before_value bigint;
          reached bigint;
        begin
        %s
        return reached;
        end
        $body$
        """
            .formatted(body));
  }

  /** As whoever does not know better reads the position: from the sequence, without its lock. */
  private static String readingUnlocked() {
    assertThat(ADVANCE).contains(LOCK_FIRST);
    return ADVANCE
        .replace(LOCK_FIRST, "")
        .replace(LOCKED_READ, "(select r.last_value from public.s as r)");
  }
}
