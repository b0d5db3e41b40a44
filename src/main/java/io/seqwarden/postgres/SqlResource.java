package io.seqwarden.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** SQL texts that lie as files beside the class that runs them. */
public final class SqlResource {

  private SqlResource() {}

  /**
   * The text of a file, comments and all: they tell a database administrator who sees the statement
   * in a log what it is.
   *
   * @param beside a class of the package that the file lies in
   * @param name the file's name, for example {@code discovery.sql}
   * @throws IllegalStateException if the file is missing: the jar is broken
   */
  public static String load(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(
            "The SQL file %s of package %s is missing from the class path: build or unpack again."
                .formatted(name, beside.getPackageName()));
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The SQL file %s of package %s cannot be read".formatted(name, beside.getPackageName()),
          e);
    }
  }
}
