package io.seqwarden.http;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the server listens and who gets in.
 *
 * @param host the address to bind
 * @param port the port; 0 takes a free one
 * @param token what {@code Authorization: Bearer} must carry; empty where no token-file is set
 * @param anonymousSync {@code http.anonymous-sync}: POST without a token, on loopback alone
 * @param hosts further Host names that are served on loopback
 * @param tls what it shows by TLS; empty for plain HTTP
 */
public record HttpSettings(
    String host,
    int port,
    Optional<Token> token,
    boolean anonymousSync,
    List<String> hosts,
    Optional<TlsIdentity> tls) {

  public HttpSettings {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(token, "token");
    hosts = List.copyOf(hosts);
    Objects.requireNonNull(tls, "tls");
  }

  /** The same without TLS. */
  public HttpSettings(
      String host, int port, Optional<Token> token, boolean anonymousSync, List<String> hosts) {
    this(host, port, token, anonymousSync, hosts, Optional.empty());
  }

  /** The same at another address. */
  HttpSettings at(String otherHost, int otherPort) {
    return new HttpSettings(otherHost, otherPort, token, anonymousSync, hosts, tls);
  }
}
