package io.seqwarden.http;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The socket, plain or by TLS; its certificate may be replaced while it listens. Thread-safe. */
final class Listener {

  /** How long a connection without a request may hold up the stop, in milliseconds. */
  private static final long STOP_IDLE_MS = 100;

  private static final int ACCEPT_QUEUE = 1_024;

  /** The key store lies in memory only, and its format asks for one. */
  private static final String PASSWORD = "in memory";

  private final String address;
  private final int port;
  private final Duration idle;
  private final Optional<SslContextFactory.Server> tls;
  private volatile Optional<Instant> expires;

  /** A listener that is still to be started. */
  Listener(String address, int port, Duration idle, Optional<TlsIdentity> identity) {
    this.address = address;
    this.port = port;
    this.idle = idle;
    this.expires = identity.map(TlsIdentity::expires);
    this.tls =
        identity.map(
            shown -> {
              SslContextFactory.Server factory = new SslContextFactory.Server();
              show(factory, shown);
              return factory;
            });
  }

  boolean isSecure() {
    return tls.isPresent();
  }

  /** When the certificate that is shown expires; empty without TLS. */
  Optional<Instant> expires() {
    return expires;
  }

  /** Shows another certificate to those who connect from now on. */
  void show(TlsIdentity identity) {
    tls.ifPresent(
        factory -> {
          try {
            factory.reload(changed -> show((SslContextFactory.Server) changed, identity));
            expires = Optional.of(identity.expires());
          } catch (Exception e) {
            throw new IllegalStateException("A certificate that was checked is not taken", e);
          }
        });
  }

  private static void show(SslContextFactory.Server factory, TlsIdentity identity) {
    factory.setKeyStore(identity.keyStore(PASSWORD));
    factory.setKeyStorePassword(PASSWORD);
  }

  Connector connector(Server server, HttpConfiguration http) {
    List<ConnectionFactory> factories = new ArrayList<>();
    HttpConfiguration configuration = new HttpConfiguration(http);
    tls.ifPresent(
        factory -> {
          // Probes and scrapers come by an address that no certificate names; whoever cares about
          // names checks the certificate.
          configuration.addCustomizer(new SecureRequestCustomizer(false));
          factories.add(new SslConnectionFactory(factory, "http/1.1"));
        });
    factories.add(new HttpConnectionFactory(configuration));
    ServerConnector connector =
        new ServerConnector(server, 1, 1, factories.toArray(new ConnectionFactory[0]));
    connector.setHost(address);
    connector.setPort(port);
    // A thousand clients that meet the same 23505 come at once; past the queue, each waits for a
    // second before it knocks again.
    connector.setAcceptQueueSize(ACCEPT_QUEUE);
    connector.setIdleTimeout(idle.toMillis());
    connector.setShutdownIdleTimeout(STOP_IDLE_MS);
    return connector;
  }
}
