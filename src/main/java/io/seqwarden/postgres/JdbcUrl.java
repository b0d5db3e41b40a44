package io.seqwarden.postgres;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URL that the driver understands, parted from the password that it may have carried. The
 * driver's own parser is not asked: it writes a URL that it refuses to the log, password and all.
 *
 * @param url the URL without {@code password}
 * @param password what it carried
 * @param database the database that it names; empty where it leaves that to the user's name
 * @param hasUser whether it names a user
 */
public record JdbcUrl(
    String url, Optional<Secret> password, Optional<String> database, boolean hasUser) {

  private static final String PREFIX = "jdbc:postgresql:";
  private static final Pattern SCHEME = Pattern.compile("^([a-z][a-z0-9+:-]{0,40})//");
  private static final Pattern HOST =
      Pattern.compile("(?:\\[[0-9A-Fa-f:.%a-z]+\\]|[^\\[\\]:@\\s]*)(?::([0-9]{1,5}))?");
  private static final int HIGHEST_PORT = 65_535;

  public JdbcUrl {
    Objects.requireNonNull(url, "url");
    Objects.requireNonNull(password, "password");
    Objects.requireNonNull(database, "database");
  }

  /**
   * Takes a URL apart: {@code jdbc:postgresql:[//host[:port][,...]/][database][?name=value&...]}.
   *
   * @throws IllegalArgumentException where it is none; the message says why and shows at most its
   *     scheme and port, since the rest may hold a password
   */
  public static JdbcUrl parse(String url) {
    if (!url.startsWith(PREFIX)) {
      throw new IllegalArgumentException(otherScheme(url));
    }
    int question = url.indexOf('?');
    String server = question < 0 ? url : url.substring(0, question);
    String database = decode(databaseOf(server.substring(PREFIX.length())), "the database's name");
    List<String> kept = new ArrayList<>();
    Optional<Secret> password = Optional.empty();
    boolean hasUser = false;
    for (String argument : arguments(url, question)) {
      String name = argument.split("=", 2)[0];
      String value =
          decode(argument.substring(Math.min(argument.length(), name.length() + 1)), name);
      if (name.equals("password")) {
        password = value.isEmpty() ? password : Optional.of(new Secret(value));
      } else {
        hasUser |= name.equals("user");
        kept.add(argument);
      }
    }
    String without = kept.isEmpty() ? server : server + "?" + String.join("&", kept);
    return new JdbcUrl(
        without, password, Optional.of(database).filter(name -> !name.isEmpty()), hasUser);
  }

  private static String otherScheme(String url) {
    Matcher scheme = SCHEME.matcher(url);
    String begins = scheme.find() ? "begins with " + scheme.group(1) + "//" : "begins otherwise";
    return "it has to begin with " + PREFIX + " and " + begins;
  }

  private static String databaseOf(String server) {
    if (!server.startsWith("/")) {
      return server;
    }
    if (!server.startsWith("//")) {
      throw new IllegalArgumentException("it has one / where // and the host belong");
    }
    String authority = server.substring(2);
    int slash = authority.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("a / and the database's name are missing after the host");
    }
    if (authority.indexOf('/', slash + 1) >= 0) {
      throw new IllegalArgumentException("it has a / too many");
    }
    for (String host : authority.substring(0, slash).split(",", -1)) {
      checkHost(host);
    }
    return authority.substring(slash + 1);
  }

  private static void checkHost(String host) {
    if (host.indexOf('@') >= 0) {
      throw new IllegalArgumentException(
          "the driver takes no user and password before the host; give them as user and password");
    }
    Matcher parts = HOST.matcher(host);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "the host is no name, address or [IPv6 address] with a port of digits");
    }
    if (parts.group(1) != null) {
      int port = Integer.parseInt(parts.group(1));
      if (port < 1 || port > HIGHEST_PORT) {
        throw new IllegalArgumentException("port " + port + " is not from 1 to " + HIGHEST_PORT);
      }
    }
  }

  private static List<String> arguments(String url, int question) {
    if (question < 0 || question == url.length() - 1) {
      return List.of();
    }
    List<String> arguments = List.of(url.substring(question + 1).split("&"));
    if (arguments.stream().anyMatch(argument -> argument.isEmpty() || argument.startsWith("="))) {
      throw new IllegalArgumentException("an argument after the ? has no name");
    }
    return arguments;
  }

  private static String decode(String text, String what) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      // The cause quotes the text.
      throw new IllegalArgumentException(what + " has a % that begins no %XX");
    }
  }
}
