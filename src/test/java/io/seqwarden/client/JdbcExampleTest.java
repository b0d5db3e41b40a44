package io.seqwarden.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@code docs/clients.md} shows of plain JDBC. */
@ExtendWith(PostgresExtension.class)
class JdbcExampleTest {

  @EveryMajor(ends = true)
  void theExampleDoesWhatThePageSays(TestDatabase db) throws SQLException {
    db.execute(
        "create table ticket (id serial primary key, title text)",
        "insert into ticket select i, 'old' from generate_series(1, 40) as i");
    try (HikariDataSource pool = Pool.of(db, 1);
        Connection transaction = db.connect()) {
      JdbcExample example = new JdbcExample(pool);
      assertThat(example.open("a")).isEqualTo(41);
      db.execute("insert into ticket select i, 'old' from generate_series(42, 50) as i");
      assertThat(example.openAll(List.of(Map.of("id", 7, "title", "b"), Map.of("title", "c"))))
          .isEqualTo(List.of(Map.of("id", 51L), Map.of("id", 52L)));
      db.execute("insert into ticket select i, 'old' from generate_series(53, 60) as i");
      transaction.setAutoCommit(false);
      example.closeAndReopen(transaction, 41);
      transaction.commit();
    }
    assertThat(
            db.one("select string_agg(title, ', ' order by id) from ticket where title <> 'old'"))
        .isEqualTo("a (closed), b, c, again");
    assertThat(db.one("select max(id) from ticket")).isEqualTo("61");
  }
}
