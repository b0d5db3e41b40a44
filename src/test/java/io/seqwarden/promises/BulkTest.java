package io.seqwarden.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bulk loads leave one event, and use no transaction id a row. */
@ExtendWith(PostgresExtension.class)
class BulkTest {

  /**
   * The import's transaction, the event's subtransaction, and what autovacuum or another database
   * of the server may have used meanwhile.
   */
  private static final long FEW_TRANSACTION_IDS = 50;

  @BeforeEach
  void guard(TestDatabase db) throws Exception {
    db.execute("create table ticket (id bigserial primary key)");
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE)) {
      assertThat(sweeping.sweep().problems()).isEmpty();
    }
  }

  private static long nextTransactionId(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("select pg_snapshot_xmax(pg_current_snapshot())")) {
      row.next();
      return Long.parseLong(row.getString(1));
    }
  }

  private static void assertOneEvent(TestDatabase db, long after) throws SQLException {
    assertThat(db.one("select string_agg(after || ' ' || source, ', ') from seqwarden.event"))
        .isEqualTo(after + " guard");
    assertThat(db.one("insert into ticket default values returning id"))
        .isEqualTo(Long.toString(after + 1));
  }

  @Test
  void anImportOfAMillionIdsInOneStatement(TestDatabase db) throws SQLException {
    try (Connection connection = db.connect();
        Statement statement = connection.createStatement()) {
      long before = nextTransactionId(statement);
      statement.execute("insert into ticket select generate_series(1001, 1001000)");
      assertThat(nextTransactionId(statement) - before).isLessThan(FEW_TRANSACTION_IDS);
    }
    assertOneEvent(db, 1_001_000);
  }

  /** Each row is beyond the one before, so that the guard has to move the sequence each time. */
  @EveryMajor
  void anApplyOfManyRowsOneByOne(TestDatabase db) throws SQLException {
    try (Connection connection = db.connect();
        Statement statement = connection.createStatement();
        PreparedStatement insert = connection.prepareStatement("insert into ticket values (?)")) {
      connection.setAutoCommit(false);
      statement.execute("set local session_replication_role = replica");
      long before = nextTransactionId(statement);
      for (long id = 101; id <= 5_100; id++) {
        insert.setLong(1, id);
        insert.addBatch();
        if (id % 1_000 == 0) {
          insert.executeBatch();
        }
      }
      insert.executeBatch();
      connection.commit();
      assertThat(nextTransactionId(statement) - before).isLessThan(FEW_TRANSACTION_IDS);
    }
    assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("5100");
    assertThat(db.one("select count(*) from seqwarden.event")).isEqualTo("1");
  }
}
