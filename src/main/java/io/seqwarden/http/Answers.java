package io.seqwarden.http;

import io.javalin.http.ContentType;
import io.javalin.http.Context;

/** Answers that go well. */
final class Answers {

  private Answers() {}

  static void json(Context ctx, Object view) {
    ctx.res().setCharacterEncoding(null);
    ctx.contentType(ContentType.JSON).result(Json.bytes(view));
  }
}
