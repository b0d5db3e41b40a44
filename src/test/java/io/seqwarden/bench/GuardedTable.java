package io.seqwarden.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.testing.PrivateServer;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;

/** The table {@code ticket} of one database, and a session whose use of the CPU is known. */
final class GuardedTable implements AutoCloseable {

  private static final String OTHERS =
      "select count(*) from pg_stat_activity where application_name = 'pgbench'";

  /** One insert of many: seconds from the client's side, and of the server's CPU. */
  record Cost(double seconds, double cpu) {}

  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  private final String database;
  private final PgBench pgbench;
  private final Connection connection;
  private final Statement statement;
  private final long backend;

  GuardedTable(PrivateServer server, String database, PgBench pgbench) throws SQLException {
    this.database = database;
    this.pgbench = pgbench;
    this.connection = server.connect(database);
    this.statement = connection.createStatement();
    this.backend = number("select pg_backend_pid()");
  }

  void execute(String sql) throws SQLException {
    statement.execute(sql);
  }

  void copy(String sql, String rows) throws SQLException, IOException {
    connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql, new StringReader(rows));
  }

  /** Seconds of CPU that the session's backend needs for some work. */
  double cpuOf(Work work) throws Exception {
    double before = Machine.cpu(backend);
    work.run();
    return Machine.cpu(backend) - before;
  }

  /** What one insert of a client costs that does nothing else, its connecting included. */
  Cost insertOneByOne(int inserts) throws Exception {
    long postmaster = Machine.parentOf(backend);
    double before = Machine.cpuOfEndedChildren(postmaster);
    double seconds = pgbench.run(database, inserts);
    await().until(() -> number(OTHERS) == 0);
    return new Cost(seconds, (Machine.cpuOfEndedChildren(postmaster) - before) / inserts);
  }

  void assertFollowed() throws SQLException {
    assertThat(number("select last_value from ticket_id_seq"))
        .isEqualTo(number("select max(id) from ticket"));
  }

  private long number(String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
