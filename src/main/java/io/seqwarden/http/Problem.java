package io.seqwarden.http;

import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpStatus;

/**
 * An error as RFC 9457 writes it. The type is always {@code about:blank}: the status says what kind
 * of error it is, {@code detail} says the rest to people, and further members say it to machines.
 *
 * @param status the HTTP status
 * @param detail a sentence for people: subject, cause, consequence and next step
 * @param members further members of the object
 * @param headers further headers of the answer
 */
record Problem(
    int status, String detail, Map<String, Object> members, Map<String, String> headers) {

  static final String CONTENT_TYPE = "application/problem+json";

  static Problem of(int status, String detail) {
    return new Problem(status, detail, Map.of(), Map.of());
  }

  /** The same with one more member. */
  Problem with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(members);
    more.put(name, value);
    return new Problem(status, detail, more, headers);
  }

  /** The same with one more header. */
  Problem withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Problem(status, detail, members, more);
  }

  /** A way out of a handler. */
  ProblemException exception() {
    return new ProblemException(this);
  }

  /** Makes this the answer. */
  void answer(Context ctx) {
    headers.forEach((name, value) -> ctx.header(name, value));
    // A charset that an earlier content type brought would stay; JSON takes none.
    ctx.res().setCharacterEncoding(null);
    ctx.status(status).contentType(CONTENT_TYPE).result(json());
  }

  byte[] json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("type", "about:blank");
    object.put("title", HttpStatus.getMessage(status));
    object.put("status", status);
    object.put("detail", detail);
    object.putAll(members);
    return Json.bytes(object);
  }
}
