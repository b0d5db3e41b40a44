package io.seqwarden.http;

import java.io.ByteArrayOutputStream;
import java.security.PublicKey;
import java.util.Arrays;

/**
 * Puts the older forms of a private key, PKCS #1 and SEC 1, into the one that the JDK reads, PKCS
 * #8 (RFC 5208): a version, the algorithm and the old form as octets. The algorithm is the public
 * key's (RFC 5280, 4.1), which begins with it.
 */
final class Pkcs8 {

  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final byte[] VERSION = {0x02, 0x01, 0x00};

  private Pkcs8() {}

  static byte[] wrapped(byte[] bare, PublicKey publicKey) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(VERSION);
    content.writeBytes(algorithm(publicKey.getEncoded()));
    write(content, OCTET_STRING, bare);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    write(whole, SEQUENCE, content.toByteArray());
    return whole.toByteArray();
  }

  /** The first element within the outer sequence. */
  private static byte[] algorithm(byte[] subjectPublicKeyInfo) {
    int start = contentAt(subjectPublicKeyInfo, 0);
    int content = contentAt(subjectPublicKeyInfo, start);
    int end = content + lengthAt(subjectPublicKeyInfo, start);
    return Arrays.copyOfRange(subjectPublicKeyInfo, start, end);
  }

  private static int contentAt(byte[] der, int tag) {
    int first = der[tag + 1] & 0xff;
    return tag + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private static int lengthAt(byte[] der, int tag) {
    int first = der[tag + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = (length << 8) | (der[tag + 2 + i] & 0xff);
    }
    return length;
  }

  private static void write(ByteArrayOutputStream to, int tag, byte[] content) {
    to.write(tag);
    if (content.length < 0x80) {
      to.write(content.length);
    } else if (content.length < 0x100) {
      to.write(0x81);
      to.write(content.length);
    } else {
      // Two octets of length reach to 65,535, far beyond any key.
      to.write(0x82);
      to.write(content.length >> 8);
      to.write(content.length);
    }
    to.writeBytes(content);
  }
}
