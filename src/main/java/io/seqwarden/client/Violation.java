package io.seqwarden.client;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * A 23505 as the server told it.
 *
 * @param schema of the table, not quoted
 * @param index the violated index's name, which is the constraint's; in a partition the partition's
 *     own
 * @param detail the key in the server's words, in its language; empty where the role may not read
 *     it
 */
record Violation(String schema, String index, String detail) {

  private static final String UNIQUE_VIOLATION = "23505";

  /** More exceptions than this hang on no failure. */
  private static final int MOST_EXCEPTIONS = 1_000;

  /** {@code (columns)=(values)}, which every translation has. */
  private static final Pattern KEY = Pattern.compile("\\)=\\((.*)\\)", Pattern.DOTALL);

  private static final Pattern INTEGRAL = Pattern.compile("-?\\d{1,131072}(\\.0+)?");

  /** The first one among {@code failure}, its causes and what a batch strung together. */
  static Optional<Violation> in(Throwable failure) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Throwable> open = new ArrayDeque<>();
    open.add(failure);
    while (!open.isEmpty() && seen.size() < MOST_EXCEPTIONS) {
      Throwable one = open.remove();
      if (!seen.add(one)) {
        continue;
      }
      Optional<Violation> told = told(one);
      if (told.isPresent()) {
        return told;
      }
      if (one.getCause() != null) {
        open.add(one.getCause());
      }
      if (one instanceof SQLException failed && failed.getNextException() != null) {
        open.add(failed.getNextException());
      }
    }
    return Optional.empty();
  }

  private static Optional<Violation> told(Throwable one) {
    if (!(one instanceof PSQLException failure)) {
      return Optional.empty();
    }
    ServerErrorMessage message = failure.getServerErrorMessage();
    if (!UNIQUE_VIOLATION.equals(failure.getSQLState()) || message == null) {
      return Optional.empty();
    }
    String schema = message.getSchema();
    String index = message.getConstraint();
    String detail = message.getDetail();
    return schema == null || index == null
        ? Optional.empty()
        : Optional.of(new Violation(schema, index, detail == null ? "" : detail));
  }

  /**
   * The value of one key column; empty where the server did not tell it, or not so that it can be
   * told from its neighbours', or where it is no integer.
   *
   * @param place from 0
   * @param of how many columns the key has
   */
  Optional<BigInteger> value(int place, int of) {
    Matcher matcher = KEY.matcher(detail);
    if (!matcher.find()) {
      return Optional.empty();
    }
    String[] values = matcher.group(1).split(", ", -1);
    return values.length == of && INTEGRAL.matcher(values[place]).matches()
        ? Optional.of(new BigDecimal(values[place]).toBigInteger())
        : Optional.empty();
  }

  /** What tells violations of one index from those of others. */
  String where() {
    return schema + '\0' + index;
  }
}
