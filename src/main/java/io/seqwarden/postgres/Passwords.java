package io.seqwarden.postgres;

import java.sql.SQLException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Keeps passwords that stand in a URL out of messages. */
final class Passwords {

  private static final Pattern IN_URL = Pattern.compile("(?i)(password=)[^&\\s\"']*");

  /**
   * {@code jdbc:postgresql://user:secret@host/} is no URL the driver takes, but people write it.
   */
  private static final Pattern IN_AUTHORITY = Pattern.compile("(//[^/@\\s:]*:)[^/@\\s]*(@)");

  private Passwords() {}

  /** The same text without the values of {@code password=} and of {@code user:password@}. */
  static String scrub(String text) {
    String scrubbed = IN_URL.matcher(text).replaceAll("$1***");
    return IN_AUTHORITY.matcher(scrubbed).replaceAll("$1***$2");
  }

  /** The exception itself, or where it or a cause shows a password a copy that does not. */
  static SQLException scrub(SQLException exception) {
    for (Throwable each = exception; each != null; each = each.getCause()) {
      String message = each.getMessage();
      if (message != null && !scrub(message).equals(message)) {
        return withoutCause(exception);
      }
    }
    return exception;
  }

  private static SQLException withoutCause(SQLException exception) {
    @Nullable String message = exception.getMessage();
    SQLException copy =
        new SQLException(
            message == null ? "" : scrub(message),
            exception.getSQLState(),
            exception.getErrorCode());
    copy.setStackTrace(exception.getStackTrace());
    return copy;
  }
}
