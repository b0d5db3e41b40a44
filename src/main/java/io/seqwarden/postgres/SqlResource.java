package io.seqwarden.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  /**
   * The same without lines of comment but the first, for what is asked often: the server reads
   * every line anew.
   */
  public static String brief(Class<?> beside, String name) {
    List<String> lines = load(beside, name).lines().toList();
    Stream<String> statement = lines.stream().skip(1).filter(line -> !line.startsWith("--"));
    return Stream.concat(Stream.of(lines.get(0)), statement).collect(Collectors.joining("\n"));
  }
}
