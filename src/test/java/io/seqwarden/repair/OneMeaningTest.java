package io.seqwarden.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.catalog.Watched;
import io.seqwarden.drift.Bounds;
import io.seqwarden.drift.Judge;
import io.seqwarden.drift.Limits;
import io.seqwarden.drift.ObjectName;
import io.seqwarden.drift.Policy;
import io.seqwarden.drift.Position;
import io.seqwarden.drift.Sequence;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What stands twice, in Java and in SQL, means the same. */
@ExtendWith(PostgresExtension.class)
class OneMeaningTest {

  private static final int CASES = 2_000;
  private static final String BOUND = "select seqwarden.outlier_bound(?, ?, ?, ?, ?, ?, ?)";

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
  void whatHiloHandsOutIsNotFollowedInSqlEither(TestDatabase db) throws SQLException {
    db.execute(
        "create table ticket (id bigserial primary key)", "insert into ticket values (5000)");
    Policy hilo = new Policy(Optional.empty(), true, Policy.Allocation.HILO, Optional.empty());
    try (Repairing repairing = new Repairing(db)) {
      repairing.install(repairing.watched("ticket", "id", "ticket_id_seq", hilo));
    }

    assertThat(db.one("select count(*) from seqwarden.sync('ticket')")).isEqualTo("0");
    assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("1");
  }

  @Test
  void theOutlierBoundIsTheJudges(TestDatabase db) throws SQLException {
    db.execute("create table ticket (id bigserial primary key)");
    try (Repairing repairing = new Repairing(db);
        Connection connection = db.connect();
        PreparedStatement query = connection.prepareStatement(BOUND)) {
      Watched ticket = repairing.watched("ticket", "id", "ticket_id_seq");
      repairing.install(ticket);
      Judge judge = new Judge(Limits.DEFAULT);
      Random random = new Random(20261124);
      for (int i = 0; i < CASES; i++) {
        Sequence sequence = drawn(random, ticket.sequence());
        long used = random.nextLong(sequence.max() - sequence.min());
        Position position =
            new Position(
                sequence.descending() ? sequence.max() - used : sequence.min() + used,
                random.nextBoolean());
        Policy policy = random.nextInt(4) == 0 ? share(random, sequence) : Policy.DEFAULT;

        BigInteger judged = judge.outlierBound(sequence, position, policy);

        assertThat(bound(query, sequence, position, policy))
            .as("%s at %s with %s", sequence, position, policy)
            .isEqualByComparingTo(new BigDecimal(judged));
      }
    }
  }

  private static Sequence drawn(Random random, Sequence like) {
    long width = (1L << (4 + random.nextInt(58))) + random.nextInt(1_000);
    long min = random.nextBoolean() ? 1 : -(width / 2);
    long step = random.nextBoolean() ? 1 : 1 + random.nextInt(3_000);
    return new Sequence(
        like.oid(),
        new ObjectName("public", "s", "public.s"),
        min,
        min + width,
        random.nextBoolean() ? step : -step,
        1,
        false,
        true,
        like.columns());
  }

  private static Policy share(Random random, Sequence sequence) {
    long width = sequence.max() - sequence.min();
    long from = sequence.min() + random.nextLong(width / 2);
    Bounds share = Bounds.of(from, from + 1 + random.nextLong(width / 2));
    return new Policy(Optional.empty(), true, Policy.Allocation.PLAIN, Optional.of(share));
  }

  /** Rounded towards the sequence, as its callers do. */
  private static BigDecimal bound(
      PreparedStatement query, Sequence sequence, Position position, Policy policy)
      throws SQLException {
    Bounds own = Bounds.of(sequence.min(), sequence.max());
    Bounds bounds = policy.range().map(own::intersect).orElse(own);
    boolean down = sequence.descending();
    query.setLong(1, position.lastValue());
    query.setBoolean(2, position.isCalled());
    query.setLong(3, sequence.increment());
    query.setBigDecimal(4, new BigDecimal(down ? bounds.highest() : bounds.lowest()));
    query.setBigDecimal(5, new BigDecimal(down ? bounds.lowest() : bounds.highest()));
    query.setBigDecimal(6, Limits.DEFAULT.usedRatio());
    query.setBigDecimal(7, Limits.DEFAULT.maxJumpRatio());
    try (ResultSet row = query.executeQuery()) {
      row.next();
      return row.getBigDecimal(1);
    }
  }
}
