package io.seqwarden.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What the server says of itself, asked at every sweep.
 *
 * @param versionNum {@code server_version_num}, for example 180006
 * @param standby whether it is in recovery: it is judged and never written to
 * @param readOnly {@code default_transaction_read_only}
 * @param locks how many objects all its transactions can have locked together, as the manual says
 *     of {@code max_locks_per_transaction}; when they are used up, statements of anybody fail
 */
public record ServerFacts(int versionNum, boolean standby, boolean readOnly, long locks) {

  private static final String SQL = SqlResource.load(ServerFacts.class, "server_facts.sql");

  /** The major version, for example 18. */
  public int major() {
    return versionNum / 10_000;
  }

  /**
   * Asks the server.
   *
   * @throws SQLException what the server or the driver said
   */
  public static ServerFacts read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SQL)) {
      row.next();
      return new ServerFacts(
          row.getInt("version_num"),
          row.getBoolean("standby"),
          row.getBoolean("read_only"),
          row.getLong("locks"));
    }
  }
}
