package io.seqwarden.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The SQL that the client runs; what it shares with the daemon lies in the daemon's packages. */
final class Resources {

  /** What an advance is, everywhere. */
  static final String ADVANCE = "/io/seqwarden/repair/advance.sql";

  /** What feeds what, everywhere. */
  static final String DISCOVERY = "/io/seqwarden/catalog/discovery.sql";

  static final String DISCOVERY_SETTINGS = "/io/seqwarden/catalog/discovery_settings.sql";

  private Resources() {}

  /**
   * The text of a file.
   *
   * @throws IllegalStateException if it is missing: the jar is broken
   */
  static String load(String name) {
    try (InputStream in = Resources.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(
            "The SQL file %s is missing from the class path: take an unbroken seqwarden-client.jar"
                .formatted(name));
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("The SQL file %s cannot be read".formatted(name), e);
    }
  }
}
