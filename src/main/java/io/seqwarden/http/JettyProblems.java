package io.seqwarden.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Writes the errors that Jetty finds itself, such as a request line that does not parse or headers
 * that are too large, as problems. Causes are left out: they are for the log.
 */
final class JettyProblems extends ErrorHandler {

  private static final HttpField CONTENT_TYPE =
      new HttpField(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);

  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    SecurityHeaders.ALL.forEach(response.getHeaders()::put);
    response.getHeaders().put(CONTENT_TYPE);
    response.write(true, ByteBuffer.wrap(json(code, message)), callback);
  }

  private static byte[] json(int status, @Nullable String reason) {
    String detail =
        status < 500 && reason != null
            ? "The request was not understood: " + reason + "."
            : "The request could not be handled.";
    return Problem.of(status, detail).json();
  }
}
