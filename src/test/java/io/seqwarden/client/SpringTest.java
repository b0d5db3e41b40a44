package io.seqwarden.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.dao.DuplicateKeyException;

/** The aspect of {@link SpringExample} in a running context. */
@ExtendWith(PostgresExtension.class)
class SpringTest {

  private static void drifted(TestDatabase db) throws SQLException {
    db.execute(
        "create table ticket (id serial primary key, title text unique)",
        "create table audit (what text)",
        "insert into ticket select i, 'old' || i from generate_series(1, 40) as i");
  }

  private static AnnotationConfigApplicationContext context(HikariDataSource pool) {
    AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    context.registerBean(HikariDataSource.class, () -> pool, bean -> bean.setDestroyMethodName(""));
    context.register(SpringExample.Wiring.class);
    context.refresh();
    return context;
  }

  @EveryMajor(ends = true)
  void aTransactionalMethodThatMeetsDriftRunsAgain(TestDatabase db) throws SQLException {
    drifted(db);
    try (HikariDataSource pool = Pool.of(db, 1);
        AnnotationConfigApplicationContext context = context(pool)) {
      SpringExample.Tickets tickets = context.getBean(SpringExample.Tickets.class);
      assertThat(tickets.add("new")).isEqualTo(41);
      assertThat(tickets.runs()).isEqualTo(2);
      // What the first run wrote beside it was rolled back with it.
      assertThat(db.one("select count(*) from audit")).isEqualTo("1");
    }
  }

  @EveryMajor(ends = true)
  void aNaturalKeyPassesThroughOnTheFirstTry(TestDatabase db) throws SQLException {
    drifted(db);
    db.execute("select setval('ticket_id_seq', 40)");
    try (HikariDataSource pool = Pool.of(db, 1);
        AnnotationConfigApplicationContext context = context(pool)) {
      SpringExample.Tickets tickets = context.getBean(SpringExample.Tickets.class);
      assertThatThrownBy(() -> tickets.add("old7")).isInstanceOf(DuplicateKeyException.class);
      assertThat(tickets.runs()).isEqualTo(1);
    }
  }
}
