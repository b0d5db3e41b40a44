package io.seqwarden.http;

import io.javalin.http.Context;
import io.javalin.http.Header;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.CRC32;

/**
 * A file of the class path that is served as it is. Each is named in the code: a folder of the
 * class path would serve whatever a library puts there.
 */
final class Asset {

  private final byte[] content;
  private final String contentType;
  private final String etag;

  private Asset(byte[] content, String contentType) {
    this.content = content;
    this.contentType = contentType;
    CRC32 crc = new CRC32();
    crc.update(content);
    this.etag = "\"%08x\"".formatted(crc.getValue());
  }

  /** Reads {@code resource}, an absolute path in the class path. */
  static Asset load(String resource, String contentType) {
    try (InputStream in = Asset.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("not on the class path: " + resource);
      }
      return new Asset(in.readAllBytes(), contentType);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
  }

  /** Answers with it, or with 304 where the client has it already. */
  void serve(Context ctx) {
    ctx.header(Header.CACHE_CONTROL, "no-cache").header(Header.ETAG, etag);
    if (etag.equals(ctx.header(Header.IF_NONE_MATCH))) {
      ctx.status(304);
      return;
    }
    ctx.contentType(contentType).result(content);
  }
}
