package io.seqwarden.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates and keys as PEM files in one folder, by OpenSSL. Skips the test without it. */
public final class Certificates {

  private final Path folder;

  /** Certificates in {@code folder}. */
  public Certificates(Path folder) {
    Program.assumeThere("openssl", "openssl");
    this.folder = folder;
  }

  /** {@code NAME.crt}. */
  public Path certificate(String name) {
    return folder.resolve(name + ".crt");
  }

  /** {@code NAME.key}. */
  public Path key(String name) {
    return folder.resolve(name + ".key");
  }

  /**
   * A certificate that vouches for itself.
   *
   * @param names the subject's alternative names, as OpenSSL writes them
   * @param kind what {@code -newkey} takes, and its options
   */
  public void selfSigned(String name, String names, String... kind)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("req", "-x509", "-nodes", "-days", "2"));
    words.add("-newkey");
    words.addAll(List.of(kind));
    words.addAll(List.of("-subj", "/CN=" + name, "-addext", "subjectAltName=" + names));
    words.addAll(List.of("-keyout", key(name).toString(), "-out", certificate(name).toString()));
    openssl(words.toArray(String[]::new));
  }

  /** A certificate that the one of {@code issuer} vouches for. */
  public void signed(String name, String names, String issuer)
      throws IOException, InterruptedException {
    Path request = folder.resolve(name + ".csr");
    Path extensions = Files.writeString(folder.resolve("ext"), "subjectAltName=" + names + "\n");
    openssl(
        "req",
        "-new",
        "-nodes",
        "-newkey",
        "rsa:2048",
        "-subj",
        "/CN=" + name,
        "-keyout",
        key(name).toString(),
        "-out",
        request.toString());
    openssl(
        "x509",
        "-req",
        "-days",
        "2",
        "-in",
        request.toString(),
        "-extfile",
        extensions.toString(),
        "-CA",
        certificate(issuer).toString(),
        "-CAkey",
        key(issuer).toString(),
        "-CAcreateserial",
        "-out",
        certificate(name).toString());
  }

  /** Runs OpenSSL, which has to succeed. */
  public void openssl(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(words));
    Program.Outcome outcome = Program.run(command.toArray(String[]::new));
    assertThat(outcome.exit()).as(outcome.output()).isZero();
  }

  /** TLS that trusts these certificates alone. */
  public SSLContext trusting(String... names) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (String name : names) {
      try (InputStream pem = Files.newInputStream(certificate(name))) {
        store.setCertificateEntry(
            name, CertificateFactory.getInstance("X.509").generateCertificate(pem));
      }
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
