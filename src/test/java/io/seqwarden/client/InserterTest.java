package io.seqwarden.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class InserterTest {

  @EveryMajor(ends = true)
  void idsThatCallersPassInAreDropped(TestDatabase db) throws SQLException {
    db.execute(
        "create table ticket (id bigint generated always as identity primary key, \"Ti tle\" text)");
    try (HikariDataSource pool = Pool.of(db, 1)) {
      Inserter tickets = new Inserter(new SequenceRetry(pool), "public.ticket", GivenIds.DROP);
      assertThat(tickets.insert(Map.of("id", 77, "Ti tle", "one"))).isEqualTo(Map.of("id", 1L));
      assertThat(tickets.insert(Map.of("id", 77))).isEqualTo(Map.of("id", 2L));
    }
    assertThat(db.rows("select id, \"Ti tle\" from ticket order by id"))
        .isEqualTo(List.of(List.of(1L, "one"), java.util.Arrays.asList(2L, null)));
  }

  @Test
  void idsThatCallersPassInAreRejectedBeforeAnythingIsInserted(TestDatabase db)
      throws SQLException {
    db.execute("create table ticket (id serial primary key, title text)");
    try (HikariDataSource pool = Pool.of(db, 1)) {
      Inserter tickets = new Inserter(new SequenceRetry(pool), "public.ticket", GivenIds.REJECT);
      assertThatThrownBy(
              () ->
                  tickets.insertAll(
                      List.of(Map.of("title", "one"), Map.of("id", 7, "title", "two"))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("public.ticket")
          .hasMessageContaining("id");
      assertThat(tickets.insert(Map.of("title", "one"))).isEqualTo(Map.of("id", 1L));
    }
    assertThat(db.one("select count(*) from ticket")).isEqualTo("1");
  }

  @EveryMajor(ends = true)
  void aBatchIsInsertedWholeAfterDriftAndKeepsItsOrder(TestDatabase db) throws SQLException {
    db.execute(
        "create table ticket (id serial primary key, title text, note text)",
        // The third row of the batch is the first to meet one.
        "insert into ticket (id, title) select i, 'old' from generate_series(3, 40) as i");
    try (HikariDataSource pool = Pool.of(db, 1)) {
      Inserter tickets = new Inserter(new SequenceRetry(pool), "public.ticket", GivenIds.DROP);
      List<Map<String, Long>> ids =
          tickets.insertAll(
              List.of(
                  Map.of("title", "a"),
                  Map.of("title", "b"),
                  Map.of("title", "c", "note", "n"),
                  Map.of("title", "d")));
      assertThat(ids)
          .isEqualTo(
              List.of(Map.of("id", 41L), Map.of("id", 42L), Map.of("id", 43L), Map.of("id", 44L)));
    }
    assertThat(db.one("select string_agg(title || id, ' ' order by id) from ticket where id > 40"))
        .isEqualTo("a41 b42 c43 d44");
  }

  @Test
  void inACallersTransactionItIsTheCallerWhoCommits(TestDatabase db) throws SQLException {
    db.execute(
        "create table ticket (id serial primary key, title text)",
        "insert into ticket select i from generate_series(1, 40) as i");
    try (HikariDataSource pool = Pool.of(db, 1);
        Connection connection = db.connect()) {
      Inserter tickets = new Inserter(new SequenceRetry(pool), "public.ticket", GivenIds.DROP);
      connection.setAutoCommit(false);
      assertThat(tickets.insertAll(connection, List.of(Map.of("title", "a"))))
          .isEqualTo(List.of(Map.of("id", 41L)));
      connection.rollback();
    }
    assertThat(db.one("select count(*) from ticket")).isEqualTo("40");
  }

  @Test
  void whatNoSequenceFeedsIsToldApart(TestDatabase db) throws SQLException {
    db.execute("create table plain (id int primary key)");
    try (HikariDataSource pool = Pool.of(db, 1)) {
      SequenceRetry retry = new SequenceRetry(pool);
      for (String name : List.of("public.plain", "public.nowhere", "plain")) {
        Inserter inserter = new Inserter(retry, name, GivenIds.DROP);
        assertThatThrownBy(() -> inserter.insert(Map.of("id", 1)))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining(name);
      }
      Inserter hostile =
          new Inserter(retry, "public.plain default values; drop table plain", GivenIds.DROP);
      assertThatThrownBy(() -> hostile.insert(Map.of()));
    }
    assertThat(db.one("select count(*) from plain")).isEqualTo("0");
  }
}
