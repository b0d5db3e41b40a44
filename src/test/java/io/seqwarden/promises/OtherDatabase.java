package io.seqwarden.promises;

import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A second database on a test's server, in which nothing of seqwarden ever was. */
final class OtherDatabase implements AutoCloseable {

  private final TestDatabase beside;
  private final String name;

  private OtherDatabase(TestDatabase beside, String name) {
    this.beside = beside;
    this.name = name;
  }

  /** An empty one. */
  static OtherDatabase create(TestDatabase beside) throws SQLException {
    OtherDatabase other = new OtherDatabase(beside, beside.name() + "_o");
    beside.execute("create database %s template template0".formatted(other.name));
    return other;
  }

  String name() {
    return name;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s?user=%s"
            .formatted(beside.port(), name, TestDatabase.SUPERUSER));
  }

  void execute(String... sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String each : sql) {
        statement.execute(each);
      }
    }
  }

  String one(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getObject(1));
    }
  }

  @Override
  public void close() throws SQLException {
    beside.execute("drop database %s with (force)".formatted(name));
  }
}
