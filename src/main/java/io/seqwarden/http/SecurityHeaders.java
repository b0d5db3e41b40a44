package io.seqwarden.http;

import java.util.Map;

/** Headers of every answer, errors of the server itself included. */
final class SecurityHeaders {

  /**
   * Nothing but our own files and requests, and nothing inline: a name that got past the escaping
   * could still run nothing. Pico draws its icons by {@code data:} images.
   */
  static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self';"
          + " img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  static final Map<String, String> ALL =
      Map.of(
          "Content-Security-Policy", CONTENT_SECURITY_POLICY,
          "X-Content-Type-Options", "nosniff",
          "X-Frame-Options", "DENY",
          "Referrer-Policy", "no-referrer",
          "Cross-Origin-Resource-Policy", "same-origin",
          "Cache-Control", "no-store");

  private SecurityHeaders() {}
}
