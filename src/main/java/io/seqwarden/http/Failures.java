package io.seqwarden.http;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever a handler throws into a problem. */
final class Failures {

  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /** {@code pages} answers people, the problem itself answers programs. */
  static void register(JavalinConfig config, PageRoute pages) {
    config.routes.exception(
        ProblemException.class,
        (e, ctx) -> {
          e.problem().answer(ctx);
          pages.explain(e.problem(), ctx);
        });
    config.routes.exception(MethodNotAllowedResponse.class, Failures::methodNotAllowed);
    config.routes.exception(HttpResponseException.class, Failures::javalins);
    config.routes.exception(Exception.class, (e, ctx) -> incident(e).answer(ctx));
    config.router.javaLangErrorHandler(Failures::error);
  }

  private static void methodNotAllowed(MethodNotAllowedResponse e, Context ctx) {
    // Javalin names the list after the client's taste.
    String allowed = String.join(", ", e.getDetails().values());
    Problem.of(
            405,
            "%s is not answered here. Allowed: %s."
                .formatted(Text.quote(ctx.req().getMethod()), allowed))
        .withHeader(Header.ALLOW, allowed)
        .answer(ctx);
  }

  private static void javalins(HttpResponseException e, Context ctx) {
    int status = e.getStatus();
    String detail =
        status == 404
            ? "Nothing is served at %s. /openapi.json describes what is."
                .formatted(Text.quote(ctx.path()))
            : String.valueOf(e.getMessage());
    Problem.of(status, detail).answer(ctx);
  }

  /** Logs {@code failure} under an id, and tells the client the id alone. */
  private static Problem incident(Throwable failure) {
    String id = UUID.randomUUID().toString().substring(0, 8);
    LOG.error("incident {}: a request failed unexpectedly", id, failure);
    return Problem.of(
            500, "Something unexpected went wrong. The log tells more at incident " + id + ".")
        .with("incident", id);
  }

  private static void error(HttpServletResponse response, Error error) {
    try {
      Problem problem = incident(error);
      response.setStatus(problem.status());
      response.setContentType(Problem.CONTENT_TYPE);
      response.getOutputStream().write(problem.json());
    } catch (IOException e) {
      LOG.debug("the client is gone", e);
    }
  }
}
