package io.seqwarden.postgres;

import java.util.Objects;
import java.util.Optional;

/**
 * How to reach one database.
 *
 * @param name the database's name in the configuration
 * @param url its JDBC URL, {@code jdbc:postgresql:...}
 * @param user the user; empty where the URL or the driver's defaults say
 * @param password the password; empty for none, {@code PGPASSWORD} or {@code .pgpass}
 * @param connections how many connections at most, 1 or more
 */
public record ConnectionSettings(
    String name, String url, Optional<String> user, Optional<Secret> password, int connections) {

  public ConnectionSettings {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(url, "url");
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(password, "password");
    if (connections < 1) {
      throw new IllegalArgumentException("connections is " + connections + ", not 1 or more");
    }
  }

  /** Without the URL's arguments: {@code sslpassword} and the like are among them. */
  @Override
  public String toString() {
    String shown = url.replaceFirst("\\?.*", "?...");
    return "ConnectionSettings[name=" + name + ", url=" + shown + ", user=" + user + "]";
  }
}
