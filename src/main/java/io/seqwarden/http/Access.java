package io.seqwarden.http;

import io.javalin.http.Context;
import io.javalin.http.Header;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who gets in. On loopback everybody may read, since whoever is on the machine could read as well
 * by other ways, and browsers and scrapers need no token then; but the Host has to be a known one,
 * so that no page of a stranger's domain that resolves to 127.0.0.1 reads along. What repairs or
 * pauses needs the token. On any other address everything but the probes and the pages' static
 * files needs it.
 */
final class Access {

  private static final Set<String> PROBES = Set.of("/livez", "/readyz");

  /** The pages' own files, the same for all: the page that asks for the token needs them. */
  private static final String ASSETS = "/assets/";

  private static final String BEARER = "bearer ";
  private static final String CHALLENGE = "Bearer realm=\"seqwarden\"";

  private final HttpSettings settings;
  private final boolean loopback;
  private final Set<String> hosts;

  /**
   * Rules for one listener.
   *
   * @param loopback whether it listens on loopback alone
   */
  Access(HttpSettings settings, boolean loopback) {
    this.settings = settings;
    this.loopback = loopback;
    this.hosts =
        Stream.concat(
                Stream.of("localhost", "127.0.0.1", "[::1]", settings.host()),
                settings.hosts().stream())
            .map(Text::lower)
            .collect(Collectors.toUnmodifiableSet());
  }

  /** What a POST takes. */
  enum Posting {
    /** Nothing: everybody on this machine may. */
    OPEN,
    /** The token. */
    TOKEN,
    /** There is no token that would open it. */
    CLOSED
  }

  /** What a POST takes here. */
  Posting posting() {
    if (loopback && settings.anonymousSync()) {
      return Posting.OPEN;
    }
    return settings.token().isPresent() ? Posting.TOKEN : Posting.CLOSED;
  }

  /** Lets the request pass or throws a {@link ProblemException}. */
  void check(Context ctx) {
    checkHost(ctx);
    if (ctx.header("X-HTTP-Method-Override") != null) {
      // Javalin would follow it, and a GET would become a POST behind the checks of a proxy.
      throw Problem.of(400, "X-HTTP-Method-Override is not understood. Send the method itself.")
          .exception();
    }
    boolean write = ctx.req().getMethod().equals("POST");
    if (write) {
      checkOrigin(ctx);
    }
    if (!PROBES.contains(ctx.path()) && !ctx.path().startsWith(ASSETS)) {
      checkToken(ctx, write);
    }
  }

  private void checkHost(Context ctx) {
    String host = Text.lower(ctx.req().getServerName());
    if (loopback && !hosts.contains(host)) {
      throw Problem.of(
              421,
              ("Host %s is not served here, against DNS rebinding. Use localhost, or name it in"
                      + " http.hosts.")
                  .formatted(Text.quote(host)))
          .exception();
    }
  }

  private void checkOrigin(Context ctx) {
    String origin = ctx.header(Header.ORIGIN);
    if (origin != null && !isOwn(origin, ctx.header(Header.HOST))) {
      throw Problem.of(
              403,
              "Origin %s is a foreign one: a page of another site may not change anything here."
                  .formatted(Text.quote(origin)))
          .exception();
    }
  }

  /** Whether {@code origin} is this server's, or one that a proxy serves it under. */
  private boolean isOwn(String origin, @Nullable String host) {
    try {
      URI uri = URI.create(origin);
      if (uri.getHost() == null) {
        return false;
      }
      return uri.getAuthority().equalsIgnoreCase(host)
          || settings.hosts().stream().anyMatch(uri.getHost()::equalsIgnoreCase);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private void checkToken(Context ctx, boolean write) {
    boolean openHere = loopback && (!write || settings.anonymousSync());
    if (settings.token().isEmpty()) {
      if (!openHere) {
        throw Problem.of(
                403,
                "POST is closed because http.token-file is not set. Set it and send its token as"
                    + " 'Authorization: Bearer TOKEN', or set http.anonymous-sync = true to open"
                    + " POST to everybody on this machine.")
            .exception();
      }
      return;
    }
    Optional<String> sent = bearer(ctx);
    if (sent.isPresent()) {
      if (!settings.token().get().matches(sent.get())) {
        throw unauthorized(
            "The token is not the one in http.token-file.",
            CHALLENGE + ", error=\"invalid_token\"");
      }
    } else if (!openHere) {
      throw unauthorized(
          "This needs the token in http.token-file. Send it as 'Authorization: Bearer TOKEN'.",
          CHALLENGE);
    }
  }

  private static ProblemException unauthorized(String detail, String challenge) {
    return Problem.of(401, detail).withHeader(Header.WWW_AUTHENTICATE, challenge).exception();
  }

  private static Optional<String> bearer(Context ctx) {
    return Optional.ofNullable(ctx.header(Header.AUTHORIZATION))
        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
        .map(value -> value.substring(BEARER.length()).strip());
  }
}
