package io.seqwarden.client;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** The retry around plain JDBC, and the inserts that drop ids; {@code docs/clients.md} shows it. */
final class JdbcExample {

  private final SequenceRetry retry;
  private final Inserter tickets;

  JdbcExample(DataSource dataSource) {
    this.retry = new SequenceRetry(dataSource);
    this.tickets = new Inserter(retry, "public.ticket", GivenIds.DROP);
  }

  long open(String title) throws SQLException {
    return retry.call(
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement("INSERT INTO ticket (title) VALUES (?) RETURNING id")) {
            insert.setString(1, title);
            try (ResultSet row = insert.executeQuery()) {
              row.next();
              return row.getLong("id");
            }
          }
        });
  }

  List<Map<String, Long>> openAll(List<Map<String, Object>> rows) throws SQLException {
    return tickets.insertAll(rows);
  }

  void closeAndReopen(Connection transaction, long id) throws SQLException {
    try (PreparedStatement close =
        transaction.prepareStatement(
            "UPDATE ticket SET title = title || ' (closed)' WHERE id = ?")) {
      close.setLong(1, id);
      close.executeUpdate();
    }
    retry.within(
        transaction,
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement("INSERT INTO ticket (title) VALUES ('again')")) {
            return insert.executeUpdate();
          }
        });
  }
}
