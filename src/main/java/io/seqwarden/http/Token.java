package io.seqwarden.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The bearer token of the API. Shown by no log, exception or {@code toString}. */
public final class Token {
  private final byte[] value;

  /**
   * Wraps {@code value}.
   *
   * @param value the token; white space around it is ignored
   * @throws IllegalArgumentException where nothing remains
   */
  public Token(String value) {
    String stripped = value.strip();
    if (stripped.isEmpty()) {
      throw new IllegalArgumentException("the token is empty");
    }
    this.value = stripped.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether {@code candidate} is the token; takes as long for a near miss as for a far one. */
  public boolean matches(String candidate) {
    return MessageDigest.isEqual(value, candidate.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Token token && MessageDigest.isEqual(value, token.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return "***";
  }
}
