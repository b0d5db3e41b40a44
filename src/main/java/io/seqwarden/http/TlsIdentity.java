package io.seqwarden.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a listener shows by TLS: a certificate, those that vouch for it, and the key. Read from PEM
 * files as OpenSSL, certbot and cert-manager write them. Immutable; no {@code toString} shows the
 * key.
 */
public final class TlsIdentity {

  private static final int LARGEST_BYTES = 1024 * 1024;
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]+)-----END \\1-----");

  private final List<X509Certificate> chain;
  private final PrivateKey key;

  private TlsIdentity(List<X509Certificate> chain, PrivateKey key) {
    this.chain = List.copyOf(chain);
    this.key = key;
  }

  /** A file cannot be used; the message names it, the cause and what to do, and no key. */
  public static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Whether it is the key's file; else the certificate's. */
    private final boolean isKey;

    UnusableException(boolean isKey, String message) {
      super(message);
      this.isKey = isKey;
    }

    /** Whether it is the key's file; else the certificate's. */
    public boolean isKey() {
      return isKey;
    }
  }

  /**
   * Reads both files and compares them.
   *
   * @throws UnusableException where one cannot be used, or they do not belong together
   */
  public static TlsIdentity read(Path certificate, Path key) throws UnusableException {
    List<X509Certificate> chain = chain(certificate);
    PrivateKey read = key(key, chain.get(0));
    if (!belong(chain.get(0), read)) {
      throw new UnusableException(
          true,
          ("%s does not belong to the certificate in %s: their public keys differ. Renew both"
                  + " together")
              .formatted(key, certificate));
    }
    return new TlsIdentity(chain, read);
  }

  /** When the certificate expires. */
  public Instant expires() {
    return chain.get(0).getNotAfter().toInstant();
  }

  /** As the JDK's TLS wants it, under a password that protects nothing. */
  KeyStore keyStore(String password) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "seqwarden", key, password.toCharArray(), chain.toArray(new X509Certificate[0]));
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("A key store in memory was not made", e);
    }
  }

  private static List<X509Certificate> chain(Path file) throws UnusableException {
    List<X509Certificate> chain = new ArrayList<>();
    Matcher block = BLOCK.matcher(text(file, false));
    while (block.find()) {
      if (block.group(1).endsWith("CERTIFICATE")) {
        chain.add(certificate(file, block.group(2)));
      }
    }
    if (chain.isEmpty()) {
      throw new UnusableException(
          false, file + " holds no certificate: expected PEM, -----BEGIN CERTIFICATE-----");
    }
    checkOrder(file, chain);
    return chain;
  }

  /** The JDK takes a chain only where each vouches for the one before it and none comes twice. */
  private static void checkOrder(Path file, List<X509Certificate> chain) throws UnusableException {
    for (int i = 1; i < chain.size(); i++) {
      X509Certificate before = chain.get(i - 1);
      if (!before.getIssuerX500Principal().equals(chain.get(i).getSubjectX500Principal())
          || chain.subList(0, i).contains(chain.get(i))) {
        throw new UnusableException(
            false,
            ("%s is no chain: its certificate number %d, of %s, does not vouch for the one before"
                    + " it, of %s. Write the server's own first, and after each the one of its"
                    + " issuer")
                .formatted(
                    file,
                    i + 1,
                    chain.get(i).getSubjectX500Principal().getName(),
                    before.getSubjectX500Principal().getName()));
      }
    }
  }

  private static X509Certificate certificate(Path file, String base64) throws UnusableException {
    try {
      byte[] der = Base64.getMimeDecoder().decode(base64);
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException | IllegalArgumentException e) {
      throw new UnusableException(false, file + " holds a certificate that cannot be read");
    }
  }

  private static PrivateKey key(Path file, X509Certificate certificate) throws UnusableException {
    Matcher block = BLOCK.matcher(text(file, true));
    while (block.find()) {
      String kind = block.group(1);
      if (kind.equals("ENCRYPTED PRIVATE KEY") || block.group(2).contains("ENCRYPTED")) {
        throw new UnusableException(
            true,
            file
                + " is encrypted, and there is nobody to type its password: write it in plain, as"
                + " openssl pkey -in FILE does, where only seqwarden's user can read it");
      }
      if (kind.equals("PRIVATE KEY")) {
        return key(file, keyBytes(file, block.group(2)), certificate);
      }
      if (kind.equals("RSA PRIVATE KEY") || kind.equals("EC PRIVATE KEY")) {
        byte[] bare = keyBytes(file, block.group(2));
        return key(file, Pkcs8.wrapped(bare, certificate.getPublicKey()), certificate);
      }
    }
    throw new UnusableException(
        true, file + " holds no private key: expected PEM, -----BEGIN PRIVATE KEY-----");
  }

  private static byte[] keyBytes(Path file, String base64) throws UnusableException {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new UnusableException(true, file + " holds a private key that cannot be read");
    }
  }

  private static PrivateKey key(Path file, byte[] pkcs8, X509Certificate certificate)
      throws UnusableException {
    String algorithm = certificate.getPublicKey().getAlgorithm();
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException e) {
      throw new UnusableException(
          true, "%s holds no %s key, as the certificate has it".formatted(file, algorithm));
    }
  }

  private static String text(Path file, boolean isKey) throws UnusableException {
    try {
      if (Files.size(file) > LARGEST_BYTES) {
        throw new UnusableException(isKey, file + " is larger than 1 MiB, and no PEM file is");
      }
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new UnusableException(isKey, "cannot read " + file + ": no such file");
    } catch (AccessDeniedException e) {
      throw new UnusableException(
          isKey, "cannot read " + file + ": permission denied to seqwarden's user");
    } catch (IOException e) {
      throw new UnusableException(isKey, "cannot read " + file + ": " + e.getMessage());
    }
  }

  /** What the key signs, the certificate has to confirm. */
  private static boolean belong(X509Certificate certificate, PrivateKey key) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    byte[] text = "seqwarden".getBytes(StandardCharsets.US_ASCII);
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException differing) {
      return false;
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TlsIdentity identity
        && identity.chain.equals(chain)
        && identity.key.equals(key);
  }

  @Override
  public int hashCode() {
    return Objects.hash(chain);
  }

  @Override
  public String toString() {
    return "TlsIdentity[" + chain.get(0).getSubjectX500Principal().getName() + "]";
  }
}
