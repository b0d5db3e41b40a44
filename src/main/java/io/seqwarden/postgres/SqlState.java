package io.seqwarden.postgres;

import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The SQLSTATEs that seqwarden acts on (PostgreSQL manual, appendix A). */
public enum SqlState {
  /** A value does not fit its type. */
  NUMERIC_VALUE_OUT_OF_RANGE("22003"),
  /** {@code nextval} at the end of a sequence that does not cycle. */
  SEQUENCE_LIMIT_EXCEEDED("2200H"),
  /** A repeated key. */
  UNIQUE_VIOLATION("23505"),
  /** A write in a read-only transaction, and on a standby. */
  READ_ONLY_TRANSACTION("25006"),
  /** The session was ended for it: its transaction did nothing for too long. */
  IDLE_IN_TRANSACTION_SESSION_TIMEOUT("25P03"),
  /** The session was ended for it: its transaction took too long (PostgreSQL 17 and later). */
  TRANSACTION_TIMEOUT("25P04"),
  /** On a standby: the query was in the way of replay. */
  SERIALIZATION_FAILURE("40001"),
  /** A deadlock. */
  DEADLOCK_DETECTED("40P01"),
  /** A missing privilege, and a query that row-level security would affect. */
  INSUFFICIENT_PRIVILEGE("42501"),
  /** No such column. */
  UNDEFINED_COLUMN("42703"),
  /** No such function. */
  UNDEFINED_FUNCTION("42883"),
  /** No such table, view or sequence. */
  UNDEFINED_TABLE("42P01"),
  /** No such schema. */
  INVALID_SCHEMA_NAME("3F000"),
  /** The lock table is full, among others. */
  OUT_OF_MEMORY("53200"),
  /** The server or a role has no connection left. */
  TOO_MANY_CONNECTIONS("53300"),
  /** {@code lock_timeout} passed, or NOWAIT found a lock. */
  LOCK_NOT_AVAILABLE("55P03"),
  /** {@code statement_timeout} passed, or somebody cancelled. */
  QUERY_CANCELED("57014"),
  /** A relation that vanished under a running statement comes as an internal error. */
  INTERNAL_ERROR("XX000");

  private final String code;

  SqlState(String code) {
    this.code = code;
  }

  /** The five characters. */
  public String code() {
    return code;
  }

  /** Whether {@code failure} carries this code. */
  public boolean is(SQLException failure) {
    return code.equals(failure.getSQLState());
  }

  /** Whether a lock was not to be had within {@code lock_timeout}. */
  public static boolean isLockNotAvailable(SQLException failure) {
    return LOCK_NOT_AVAILABLE.is(failure);
  }

  /** Whether the statement took longer than {@code statement_timeout}, or was cancelled. */
  public static boolean isQueryCanceled(SQLException failure) {
    return QUERY_CANCELED.is(failure);
  }

  /** Whether a privilege is missing, or row-level security stands in the way. */
  public static boolean isInsufficientPrivilege(SQLException failure) {
    return INSUFFICIENT_PRIVILEGE.is(failure);
  }

  /**
   * Whether the connection was not made or is gone: the server is down, starting or stopping, has
   * no connection left, or does not let us in. What was being done may be tried again with another
   * connection, and no object of the database is to blame.
   */
  public static boolean isConnectionFailure(SQLException failure) {
    String state = failure.getSQLState();
    return isOfClass(state, "08")
        || isRefused(failure)
        || isOfClass(state, "57P0")
        || IDLE_IN_TRANSACTION_SESSION_TIMEOUT.is(failure)
        || TRANSACTION_TIMEOUT.is(failure)
        || TOO_MANY_CONNECTIONS.is(failure);
  }

  /** Whether the server does not let this role in: its name, its password or pg_hba.conf. */
  public static boolean isRefused(SQLException failure) {
    return isOfClass(failure.getSQLState(), "28");
  }

  /**
   * What the server said, on one line: its message, detail and hint, without the place in a
   * function where it said so, which means nothing to who reads it.
   */
  public static String said(SQLException failure) {
    @Nullable ServerErrorMessage server =
        failure instanceof PSQLException known ? known.getServerErrorMessage() : null;
    if (server == null) {
      return String.valueOf(failure.getMessage());
    }
    return Stream.of(
            Optional.of(server.getSeverity() + ": " + server.getMessage()),
            Optional.ofNullable(server.getDetail()),
            Optional.ofNullable(server.getHint()))
        .flatMap(Optional::stream)
        .map(sentence -> sentence.replaceFirst("\\.$", ""))
        .collect(Collectors.joining(". "));
  }

  private static boolean isOfClass(@Nullable String state, String prefix) {
    return state != null && state.startsWith(prefix);
  }
}
