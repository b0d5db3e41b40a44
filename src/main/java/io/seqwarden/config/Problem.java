package io.seqwarden.config;

import java.util.Objects;

/**
 * One thing that is wrong with a configuration.
 *
 * @param file the file in which it stands, as it was named; an included file has its own name
 * @param line the line in it, 1 or more; 0 where no line can be told
 * @param path the key path, for example {@code seqwarden.databases.app.every}; empty where the file
 *     as a whole is meant
 * @param message what was expected and what was found instead; shows no secret
 */
public record Problem(String file, int line, String path, String message) {

  public Problem {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(message, "message");
  }

  /** For people and editors: {@code conf/x.conf:12: seqwarden.http.port: expected ...}. */
  @Override
  public String toString() {
    String at = line > 0 ? file + ":" + line : file;
    return path.isEmpty() ? at + ": " + message : at + ": " + path + ": " + message;
  }
}
