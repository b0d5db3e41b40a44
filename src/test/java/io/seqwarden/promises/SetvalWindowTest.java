package io.seqwarden.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Measures what docs/never-backwards.md reckons with: how many fetches from one sequence a server
 * makes at the most, and how long lies between the re-read and the effect of setval inside the
 * statement that jumps. On request, with the seconds for each figure: {@code
 * -Dseqwarden.window.seconds=10}.
 */
@ExtendWith(PostgresExtension.class)
@EnabledIfSystemProperty(named = "seqwarden.window.seconds", matches = "\\d+")
final class SetvalWindowTest {

  private static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final int SECONDS = Integer.getInteger("seqwarden.window.seconds", 1);

  /** Draws as fast as the server can, and sleeps never. */
  private static final String DRAW =
      """
      do $$
      declare
        stop constant timestamptz := clock_timestamp() + interval '%d seconds';
      begin
        while clock_timestamp() < stop loop
          perform count(nextval('s')) from generate_series(1, 10000);
        end loop;
      end
      $$""";

  /**
   * The statement of advance.sql, with the time before its re-read and after its setval, and
   * without its look at the others' speed, which would keep it from jumping beside them.
   */
  private static final String JUMP =
      """
      do $$
      declare
        stop constant timestamptz := clock_timestamp() + interval '%d seconds';
        target bigint;
        before timestamptz;
        after timestamptz;
      begin
        perform pg_sequence_last_value('s');
        while clock_timestamp() < stop loop
          target := pg_sequence_last_value('s') + 200000;
          perform pg_sleep(0.002);
          execute
            'select clock_timestamp(), setval($1, $2), clock_timestamp()
               from s where ($2::numeric - s.last_value) / $3 >= $4'
            into before, target, after using 's'::regclass, target, 1, 100000;
          if before is not null then
            insert into measured values (1000000 * extract(epoch from after - before));
          end if;
        end loop;
      end
      $$""";

  @Test
  void noWindowIsAsLongAsTheFetchesOfItsDistance(TestDatabase db) throws Exception {
    db.execute("create sequence s", "select nextval('s')", "create table measured (us numeric)");
    double fastest = 0;
    for (int sessions : new int[] {1, CORES, 4 * CORES}) {
      double rate = fetchesPerSecond(db, sessions);
      fastest = Math.max(fastest, rate);
      System.out.printf("%d sessions fetch %,.0f values a second%n", sessions, rate);
    }
    double distance = StressLoad.JUMP_FETCHES / fastest * 1_000_000;
    System.out.printf("%,d fetches take %,.0f us%n", StressLoad.JUMP_FETCHES, distance);
    for (int busy : new int[] {0, CORES, 4 * CORES}) {
      List<@Nullable Object> window = windows(db, busy);
      System.out.printf(
          "beside %d sessions, re-read to setval: %s jumps, median %s us, 99 %% %s us,"
              + " 99.9 %% %s us, longest %s us, as long as the distance %s%n",
          busy,
          window.get(0),
          window.get(1),
          window.get(2),
          window.get(3),
          window.get(4),
          db.one("select count(*) from measured where us >= " + distance));
      assertThat(db.one("select count(*) from measured where us >= " + distance)).isEqualTo("0");
    }
  }

  private static double fetchesPerSecond(TestDatabase db, int sessions) throws Exception {
    long before = Long.parseLong(db.one("select last_value from s"));
    long start = System.nanoTime();
    together(db, List.of(), sessions);
    double seconds = (System.nanoTime() - start) / 1e9;
    return (Long.parseLong(db.one("select last_value from s")) - before) / seconds;
  }

  private static List<@Nullable Object> windows(TestDatabase db, int busy) throws Exception {
    db.execute("truncate measured");
    together(db, List.of(JUMP), busy);
    return db.rows(
            """
            select count(*), %s, max(us)::int from measured
            """
                .formatted(
                    String.join(
                        ", ", List.of(percentile(0.5), percentile(0.99), percentile(0.999)))))
        .get(0);
  }

  private static String percentile(double part) {
    return String.format(
        Locale.ROOT, "(percentile_cont(%s) within group (order by us))::int", part);
  }

  private static void together(TestDatabase db, List<String> others, int drawing) throws Exception {
    List<String> statements = new ArrayList<>(others);
    for (int i = 0; i < drawing; i++) {
      statements.add(DRAW);
    }
    List<Session> sessions = new ArrayList<>();
    List<CompletableFuture<String>> running = new ArrayList<>();
    try {
      for (String statement : statements) {
        Session session = new Session(db);
        sessions.add(session);
        running.add(session.start(statement.formatted(SECONDS)));
      }
      for (CompletableFuture<String> one : running) {
        one.get();
      }
    } finally {
      for (Session session : sessions) {
        session.close();
      }
    }
  }
}
