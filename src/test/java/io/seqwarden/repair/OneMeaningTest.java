package io.seqwarden.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.catalog.Watched;
import io.seqwarden.drift.Judge;
import io.seqwarden.drift.Limits;
import io.seqwarden.drift.Policy;
import io.seqwarden.drift.Position;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What stands twice, in Java and in SQL, means the same. */
@ExtendWith(PostgresExtension.class)
class OneMeaningTest {

  @Test
  void theSqlFunctionRunsTheDaemonsBody(TestDatabase db) throws SQLException {
    db.execute("create table ticket (id bigserial primary key)");
    try (Repairing repairing = new Repairing(db)) {
      repairing.install(repairing.watched("ticket", "id", "ticket_id_seq"));
    }

    assertThat(db.one("select prosrc from pg_proc where oid = 'seqwarden.advance'::regproc"))
        .contains(Advancer.body());
  }

  @Test
  void theOutlierBoundIsTheJudges(TestDatabase db) throws SQLException {
    db.execute(
        "create table ticket (id bigserial primary key)",
        "create sequence up minvalue 1 maxvalue 1000000 increment 3",
        "create sequence down minvalue -1000000 maxvalue -1 increment -7");
    try (Repairing repairing = new Repairing(db)) {
      Watched up = repairing.watched("ticket", "id", "up");
      Watched down = repairing.watched("ticket", "id", "down");
      repairing.install(repairing.watched("ticket", "id", "ticket_id_seq"));
      Judge judge = new Judge(Limits.DEFAULT);
      Random random = new Random(7);
      List<String> calls = new ArrayList<>();
      List<BigInteger> expected = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        long last = 1L + random.nextInt(1_000_000);
        boolean called = random.nextBoolean();
        calls.add(call(last, called, 3, 1, 1_000_000));
        expected.add(judge.outlierBound(up.sequence(), new Position(last, called), Policy.DEFAULT));
        calls.add(call(-last, called, -7, -1, -1_000_000));
        expected.add(
            judge.outlierBound(down.sequence(), new Position(-last, called), Policy.DEFAULT));
      }

      List<BigInteger> bounds =
          db.rows("select unnest(array[" + String.join(", ", calls) + "])").stream()
              .map(row -> new BigDecimal(String.valueOf(row.get(0))))
              .map(BigDecimal::toBigIntegerExact)
              .toList();

      assertThat(bounds).isEqualTo(expected);
    }
  }

  private static String call(long last, boolean called, long increment, long lo, long hi) {
    return "seqwarden.outlier_bound(%d, %s, %d, %d, %d, 0.9, 0.25)"
        .formatted(last, called, increment, lo, hi);
  }
}
