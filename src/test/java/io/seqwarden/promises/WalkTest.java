package io.seqwarden.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far an advance walks with nextval, with caches, either way, and at the ends. */
@ExtendWith(PostgresExtension.class)
final class WalkTest {

  /** What a walk may answer a default insert that comes too late: no id is left, or it is taken. */
  private static final Set<String> EXHAUSTED = Set.of("2200H", "23505");

  /**
   * A fetch takes CACHE values at once, so that one call of another session may use up a distance
   * that would take a hundred thousand calls without a cache. A jump leaves the sequence at the
   * target, a walk at the end of what the last call fetched.
   */
  @ParameterizedTest(name = "increment {0}, cache {1}, target {2}: stands at {3}")
  @CsvSource({
    "1, 1, 100000, 100000",
    "1, 1, 100001, 100001",
    "1, 1, 150000, 150000",
    "1, 20, 150001, 150020",
    "1, 200000, 150000, 200000",
    "-1, 200000, -150000, -200000",
    "5, 200000, 500000, 999996",
    "1, 20, 2000001, 2000001",
  })
  void distancesAreCountedInFetches(
      int increment, int cache, long target, long position, TestDatabase db) throws Exception {
    try (Sweeping sweeping = guarded(db, increment, cache, "")) {
      sweeping.sweep();

      db.execute("select seqwarden.advance('ticket_id_seq', %d)".formatted(target));

      assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo(Long.toString(position));
    }
  }

  /** Too far for one walk, and with that cache too near for a jump. */
  @EveryMajor
  void aLongWalkIsDoneInStagesThatAllGoForwards(TestDatabase db) throws Exception {
    try (Sweeping sweeping = guarded(db, 1, 20, "")) {
      sweeping.sweep();
      db.execute("insert into ticket values (700000)");
      long guarded = Long.parseLong(db.one("select last_value from ticket_id_seq"));
      assertThat(guarded).isBetween(200_000L, 699_999L);

      sweeping.sweep();

      assertThat(db.one("insert into ticket default values returning id")).isEqualTo("700001");
    }
  }

  /** Those values come first, and all of them before the position moves. */
  @EveryMajor
  void valuesThatTheSessionHoldsFromBeforeAreWalkedToo(TestDatabase db) throws Exception {
    try (Sweeping sweeping = guarded(db, 1, 100, "");
        Session holding = new Session(db)) {
      sweeping.sweep();
      assertThat(holding.run("insert into ticket default values returning id")).isEqualTo("1");
      assertThat(db.one("insert into ticket default values returning id")).isEqualTo("101");

      holding.run("insert into ticket values (201)");

      assertThat(holding.run("insert into ticket default values returning id")).isEqualTo("202");
      assertThat(db.one("insert into ticket default values returning id")).isEqualTo("301");
    }
  }

  /**
   * 200,000 calls take longer than this statement_timeout, which is the application's own. Five
   * tries, each with as far to go, since a busy machine may use it up without any guard.
   */
  @EveryMajor
  void aWalkLeavesTheInsertHalfOfItsTime(TestDatabase db) throws Exception {
    try (Sweeping sweeping = guarded(db, 1, 20, "");
        Session session = new Session(db)) {
      sweeping.sweep();
      session.run("set statement_timeout = '80ms'");
      int succeeded = 0;
      for (int i = 1; i <= 5; i++) {
        try {
          session.run("insert into ticket values (%d)".formatted(i * 1_000_000));
          succeeded++;
        } catch (SQLException failure) {
          assertThat(failure.getSQLState()).isEqualTo("57014");
        }
      }
      assertThat(succeeded).isPositive();
      assertThat(Long.parseLong(db.one("select last_value from ticket_id_seq"))).isPositive();
    }
  }

  /** Sessions that insert any id of a short sequence, and default ones to the last. */
  @ParameterizedTest(name = "increment {0}, cache {1}, {2}")
  @CsvSource({
    "1, 1, maxvalue 2000",
    "1, 20, maxvalue 2000",
    "-1, 1, minvalue -2000",
    "7, 20, maxvalue 2000",
  })
  void noExplicitInsertFailsAtTheEnd(int increment, int cache, String end, TestDatabase db)
      throws Exception {
    try (Sweeping sweeping = guarded(db, increment, cache, end)) {
      sweeping.sweep();
      List<CompletableFuture<Map<String, Integer>>> explicit = new ArrayList<>();
      List<CompletableFuture<Map<String, Integer>>> defaults = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        explicit.add(
            many(
                db,
                () ->
                    "insert into ticket values (%d) on conflict do nothing"
                        .formatted(
                            Integer.signum(increment)
                                * ThreadLocalRandom.current().nextInt(1, 2_001))));
        defaults.add(many(db, () -> "insert into ticket default values"));
      }

      for (CompletableFuture<Map<String, Integer>> one : explicit) {
        assertThat(one.get()).isEmpty();
      }
      for (CompletableFuture<Map<String, Integer>> one : defaults) {
        assertThat(one.get().keySet()).isSubsetOf(EXHAUSTED);
      }
      assertThat(Math.abs(Long.parseLong(db.one("select last_value from ticket_id_seq"))))
          .isLessThanOrEqualTo(2_000);
    }
  }

  private static CompletableFuture<Map<String, Integer>> many(
      TestDatabase db, Supplier<String> statement) {
    return CompletableFuture.supplyAsync(
        () -> {
          Map<String, Integer> failures = new HashMap<>();
          try (Session session = new Session(db)) {
            for (int i = 0; i < 400; i++) {
              try {
                session.run(statement.get());
              } catch (SQLException failure) {
                failures.merge(String.valueOf(failure.getSQLState()), 1, Integer::sum);
              }
            }
          } catch (SQLException failure) {
            failures.put("no session: " + failure.getMessage(), 1);
          }
          return failures;
        },
        task -> new Thread(task).start());
  }

  /** An advance never draws the last id, so it is not the one that begins anew. */
  @Test
  void anAdvanceNeverTakesACyclingSequenceRound(TestDatabase db) throws Exception {
    try (Sweeping sweeping = guarded(db, 1, 1, "maxvalue 1000 cycle");
        Session session = new Session(db)) {
      sweeping.sweep();
      long before = 0;
      for (int target = 3; target < 1_010; target += 7) {
        String advanced =
            session.run("select seqwarden.advance('ticket_id_seq', %d)".formatted(target));
        assertThat(Long.parseLong(advanced)).isGreaterThanOrEqualTo(before).isLessThan(1_000);
        before = Long.parseLong(advanced);
      }
      assertThat(before).isEqualTo(997);
      assertThat(db.one("select seqwarden.advance('ticket_id_seq', 999)")).isEqualTo("999");
      assertThat(db.one("select nextval('ticket_id_seq')")).isEqualTo("1000");
    }
  }

  private static Sweeping guarded(TestDatabase db, int increment, int cache, String options)
      throws SQLException {
    db.execute(
        "create table ticket (id bigint generated by default as identity"
            + " (increment %d cache %d %s) primary key)".formatted(increment, cache, options));
    return new Sweeping(db, Mode.HEAL, GuardMode.ENSURE);
  }
}
