package io.seqwarden.http;

import io.javalin.http.ContentType;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.util.List;

/**
 * Everything that is served, in one list: the server registers it, the description describes it.
 */
final class Routes {

  static final String API = "/api/v1";
  private static final String DATABASE = API + "/databases/{database}";
  private static final String SEQUENCE = DATABASE + "/sequences/{sequence}";

  private static final String PICO =
      "/META-INF/resources/webjars/picocss__pico/2.1.1/css/pico.min.css";
  private static final String CSS = "text/css; charset=utf-8";

  private Routes() {}

  static List<Route> all(
      ReadRoutes reads,
      WriteRoutes writes,
      HealthRoutes health,
      PageRoute page,
      MetricsExposition metrics) {
    return List.of(
        Route.get("/", page::page),
        Route.get("/assets/pico.css", Asset.load(PICO, CSS)::serve),
        Route.get("/assets/seqwarden.css", Asset.load("seqwarden.css", CSS)::serve),
        Route.get("/livez", health::live),
        Route.get("/readyz", health::ready),
        Route.get("/metrics", ctx -> metrics(ctx, metrics)),
        Route.get("/openapi.json", Asset.load("openapi.json", ContentType.JSON)::serve),
        Route.get(API + "/databases", reads::databases),
        Route.get(API + "/sequences", reads::sequences),
        Route.get(API + "/events", reads::events),
        Route.get(SEQUENCE, reads::sequence),
        Route.post(SEQUENCE + "/sync", writes::syncSequence),
        Route.post(DATABASE + "/tables/{table}/sync", writes::syncTable),
        Route.post(DATABASE + "/sync", writes::sweep),
        Route.post(DATABASE + "/pause", writes::pause),
        Route.post(DATABASE + "/resume", writes::resume));
  }

  private static void metrics(Context ctx, MetricsExposition metrics) {
    String accept = ctx.header(Header.ACCEPT);
    String accepted = accept == null ? "" : accept;
    ctx.contentType(metrics.contentType(accepted)).result(metrics.scrape(accepted));
  }
}
