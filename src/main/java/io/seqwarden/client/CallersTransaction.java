package io.seqwarden.client;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;

/** A look within somebody's transaction, which goes on after it with its own settings. */
record CallersTransaction(Connection connection, LookSettings settings) implements Place {

  @Override
  public <T> T look(SqlWork<T> look) throws SQLException {
    Savepoint before = connection.setSavepoint();
    boolean done = false;
    try {
      List<String> saved = LookSettings.saved(connection);
      settings.apply(connection);
      T found = look.run(connection);
      LookSettings.restore(connection, saved);
      connection.releaseSavepoint(before);
      done = true;
      return found;
    } finally {
      if (!done) {
        connection.rollback(before);
      }
    }
  }

  @Override
  public boolean isSessionOfFailure() {
    return true;
  }

  @Override
  public boolean renew() {
    return false;
  }
}
