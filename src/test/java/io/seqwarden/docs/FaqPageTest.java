package io.seqwarden.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.app.RunningDaemon;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/faq.md} says and no other test shows. */
@ExtendWith(PostgresExtension.class)
final class FaqPageTest {

  private static final Markdown PAGE = Markdown.of("docs/faq.md");
  private static final String POSITION = "select last_value from ticket_id_seq";

  @TempDir Path folder;

  private RunningDaemon guarded(TestDatabase db) throws Exception {
    db.execute("create table ticket (id serial primary key)");
    RunningDaemon daemon =
        RunningDaemon.start(
            folder,
            "app { url = \"%s?user=postgres\", every = 1h, mode = heal, guard = ensure }"
                .formatted(db.jdbcUrl()));
    await().atMost(Duration.ofSeconds(60)).until(() -> daemon.get("/readyz").statusCode() == 200);
    return daemon;
  }

  @Test
  void setLocalSwitchesTheGuardOffForOneTransaction(TestDatabase db) throws Exception {
    try (RunningDaemon daemon = guarded(db);
        Connection session = db.connect();
        Statement statement = session.createStatement()) {
      for (String each : PAGE.blocks("sql").get(0).statements()) {
        statement.execute(each);
      }
      assertThat(db.one(POSITION)).isEqualTo("1");

      statement.execute("insert into ticket values (50)");
      assertThat(db.one(POSITION)).isEqualTo("50");
      assertThat(daemon.json("/api/v1/events?sequence=public.ticket_id_seq").isObject()).isTrue();
    }
  }

  /** "Does it leave gaps in my ids?", and "Do transactions that roll back leave traces?" */
  @Test
  void anImportThatIsRolledBackLeavesAGapAndNoEvent(TestDatabase db) throws Exception {
    try (RunningDaemon daemon = guarded(db);
        Connection session = db.connect();
        Statement statement = session.createStatement()) {
      statement.execute("begin");
      statement.execute("insert into ticket values (5000)");
      statement.execute("rollback");
      assertThat(one(statement, "insert into ticket default values returning id"))
          .isEqualTo("5001");
      assertThat(one(statement, "select count(*) from seqwarden.event")).isEqualTo("0");
      assertThat(daemon.page()).isNotNull();
    }
  }

  /** "UUID keys?" */
  @Test
  void tablesWithoutASequenceDoNotAppear(TestDatabase db) throws Exception {
    db.execute("create table voucher (id uuid primary key default gen_random_uuid())");
    try (RunningDaemon daemon = guarded(db)) {
      assertThat(daemon.json("/api/v1/sequences").get("findings")).hasSize(1);
    }
  }

  /** "Identity columns, GENERATED ALWAYS: do they drift at all?" */
  @Test
  void idsOfTheirOwnGetIntoGeneratedAlways(TestDatabase db) throws Exception {
    db.execute(
        "create table source (id integer)",
        "insert into source values (7)",
        "create table invoice (id integer generated always as identity primary key)",
        "insert into invoice overriding system value select id from source");
    assertThat(db.one("select last_value from invoice_id_seq")).isEqualTo("1");
    try (RunningDaemon daemon = guarded(db)) {
      assertThat(daemon.json("/api/v1/sequences?q=invoice").at("/findings/0/state").asText())
          .isEqualTo("in_sync");
    }
    assertThat(db.one("insert into invoice default values returning id")).isEqualTo("8");
  }

  private static String one(Statement statement, String sql) throws Exception {
    try (var row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return String.valueOf(row.getString(1));
    }
  }
}
