package io.seqwarden.config;

import io.seqwarden.http.HttpSettings;
import io.seqwarden.http.TlsIdentity;
import io.seqwarden.http.Token;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The block {@code http}: where the server listens, and that nobody gets in unasked. */
final class HttpReader {
  private static final int HIGHEST_PORT = 65_535;

  private final Path directory;

  /** Files are named relative to {@code directory}, the configuration's. */
  HttpReader(Path directory) {
    this.directory = directory;
  }

  /** Reads the block; what it returns can be asked once no problem was found. */
  Supplier<HttpSettings> read(Block block) {
    Optional<Setting> hostSetting = block.find("host");
    Optional<String> host = hostSetting.flatMap(HttpReader::host);
    Optional<Integer> port = block.find("port").flatMap(s -> s.integer(0, HIGHEST_PORT));
    Optional<Setting> tokenFile = block.optional("token-file");
    Optional<Token> token = tokenFile.flatMap(this::token);
    Optional<Setting> anonymous = block.find("anonymous-sync");
    Optional<Boolean> anonymousSync = anonymous.flatMap(Setting::flag);
    Optional<List<String>> hosts =
        block.find("hosts").flatMap(s -> s.list("a list of host names", Names::host));
    Block tlsBlock = block.child("tls");
    Optional<TlsIdentity> tls = tls(tlsBlock);
    block.knowsBelow(tlsBlock, "tls");
    block.reportUnknownKeys();

    if (host.isPresent() && !isLoopback(host.get())) {
      if (tokenFile.isEmpty()) {
        hostSetting.ifPresent(HttpReader::reportNoToken);
      }
      if (anonymousSync.orElse(false)) {
        anonymous.ifPresent(HttpReader::reportAnonymous);
      }
    }
    return () ->
        new HttpSettings(
            host.orElseThrow(),
            port.orElseThrow(),
            token,
            anonymousSync.orElseThrow(),
            hosts.orElseThrow(),
            tls);
  }

  private static Optional<String> host(Setting setting) {
    String expected = "an address of this machine such as 127.0.0.1";
    Optional<String> host =
        setting.text(expected).map(text -> text.replaceAll("^\\[(.*)\\]$", "$1"));
    if (host.isPresent() && address(host.get()).isEmpty()) {
      return setting.wrong(expected);
    }
    return host;
  }

  private Optional<Token> token(Setting setting) {
    return setting
        .text("a file that holds the token")
        .flatMap(name -> TextFile.onlyLine(setting, directory.resolve(name)))
        .map(Token::new);
  }

  /** Both files or none; what is wrong with them is said at the key of the file. */
  private Optional<TlsIdentity> tls(Block block) {
    Optional<Setting> certificate = block.optional("certificate");
    Optional<Setting> key = block.optional("key");
    block.reportUnknownKeys();
    if (certificate.isPresent() != key.isPresent()) {
      String given = key.isPresent() ? "key" : "certificate";
      String missing = key.isPresent() ? "certificate" : "key";
      block.problem(given, "is given and " + missing + " is not; TLS needs both");
      return Optional.empty();
    }
    Optional<Path> certificateFile = certificate.flatMap(s -> file(s, "the certificate"));
    Optional<Path> keyFile = key.flatMap(s -> file(s, "its private key"));
    if (certificateFile.isEmpty() || keyFile.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(TlsIdentity.read(certificateFile.get(), keyFile.get()));
    } catch (TlsIdentity.UnusableException unusable) {
      (unusable.isKey() ? key : certificate)
          .orElseThrow()
          .problem(String.valueOf(unusable.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<Path> file(Setting setting, String what) {
    return setting.text("a file that holds " + what + " as PEM").map(directory::resolve);
  }

  private static void reportNoToken(Setting host) {
    host.problem(
        host.shown()
            + " is no loopback address, and a listener that others reach does not start without a"
            + " token; set seqwarden.http.token-file, or listen on 127.0.0.1");
  }

  private static void reportAnonymous(Setting anonymous) {
    anonymous.problem(
        "is for loopback alone, and seqwarden.http.host is not; leave it out and give callers the"
            + " token of seqwarden.http.token-file");
  }

  private static boolean isLoopback(String host) {
    return address(host).map(InetAddress::isLoopbackAddress).orElse(false);
  }

  private static Optional<InetAddress> address(String host) {
    try {
      return Optional.of(InetAddress.getByName(host));
    } catch (UnknownHostException unknown) {
      return Optional.empty();
    }
  }
}
