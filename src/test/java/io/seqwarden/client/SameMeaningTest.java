package io.seqwarden.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The client moves sequences as the daemon does: by the same texts, and to the same places. */
@ExtendWith(PostgresExtension.class)
class SameMeaningTest {

  private static final int PAIRS = 60;

  @Test
  void theTextsAreTheDaemons() {
    assertThat(Resources.load("/io/seqwarden/repair/schema.sql"))
        .contains(Resources.load("outlier_bound.sql").strip());
    assertThat(Healing.text())
        .contains(Resources.load(Resources.ADVANCE))
        .contains(Resources.load("outlier_bound.sql"))
        .doesNotContain("{{");
  }

  /** Tables in pairs: the client heals the one, a sweep the other. */
  @EveryMajor(ends = true)
  void theClientLeavesASequenceWhereASweepDoes(TestDatabase db) throws Exception {
    Random random = new Random(20261124);
    List<String> shapes = new ArrayList<>();
    for (int pair = 0; pair < PAIRS; pair++) {
      shapes.add(pair(db, random, pair));
    }
    try (HikariDataSource pool = Pool.of(db, 1);
        Lease lease = new Lease(pool, new LookSettings(RetrySettings.DEFAULT))) {
      Feeds feeds = new Feeds(List.of());
      Healing healing = new Healing();
      for (int pair = 0; pair < PAIRS; pair++) {
        long table = Long.parseLong(db.one("select 'a%d'::regclass::oid".formatted(pair)));
        List<Feed> found = lease.look(connection -> feeds.of(connection, table));
        assertThat(found).hasSize(1);
        lease.look(connection -> healing.heal(connection, found.get(0), false));
      }
    }
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.OFF)) {
      sweeping.sweep();
      assertThat(sweeping.events)
          .filteredOn(event -> event.refusal().isEmpty())
          .isNotEmpty()
          .noneMatch(event -> event.sequence().startsWith("public.a"));
    }
    for (int pair = 0; pair < PAIRS; pair++) {
      List<List<@Nullable Object>> client = position(db, "a" + pair);
      assertThat(client).as(shapes.get(pair)).isEqualTo(position(db, "b" + pair));
    }
  }

  private static List<List<@Nullable Object>> position(TestDatabase db, String table)
      throws SQLException {
    return db.rows("select last_value, is_called from %s_id_seq".formatted(table));
  }

  private static String pair(TestDatabase db, Random random, int number) throws SQLException {
    String type = List.of("smallint", "int", "bigint", "numeric(6,0)").get(random.nextInt(4));
    int step = random.nextBoolean() ? 1 : 1 + random.nextInt(30);
    int way = random.nextInt(3) == 0 ? -1 : 1;
    String sequence =
        "increment %d cache %d %s"
            .formatted(
                way * step,
                random.nextInt(4) == 0 ? 20 : 1,
                random.nextInt(8) == 0 ? "cycle" : "no cycle");
    int furthest = random.nextInt(4) == 0 ? 31_000 : random.nextInt(7_000);
    int nears = random.nextInt(100);
    int at = 1 + random.nextInt(3_000);
    boolean called = random.nextBoolean();
    for (String table : List.of("a" + number, "b" + number)) {
      db.execute(
          "create sequence %s_id_seq %s".formatted(table, sequence),
          "create table %1$s (id %2$s default nextval('%1$s_id_seq') primary key)"
              .formatted(table, type),
          "insert into %s select %d * i from generate_series(1, %d) as i"
              .formatted(table, way, nears),
          "insert into %s values (%d) on conflict do nothing".formatted(table, way * furthest),
          "select setval('%s_id_seq', %d, %b)".formatted(table, way * at, called));
    }
    return "%s, %s, up to %d and %d, at %d, %b"
        .formatted(type, sequence, way * nears, way * furthest, way * at, called);
  }
}
