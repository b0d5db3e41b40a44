package io.seqwarden.http;

import io.javalin.http.ContentType;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.util.List;
import java.util.stream.Stream;

/**
 * Everything that is served, in one list: the server registers it, the description describes it.
 */
final class Routes {

  static final String API = "/api/v1";
  private static final String DATABASE = API + "/databases/{database}";
  private static final String SEQUENCE = DATABASE + "/sequences/{sequence}";

  private static final String WEBJARS = "/META-INF/resources/webjars/";
  private static final String CSS = "text/css; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private Routes() {}

  static List<Route> all(
      ReadRoutes reads,
      WriteRoutes writes,
      HealthRoutes health,
      PageRoute page,
      MetricsExposition metrics) {
    return Stream.concat(
            Stream.of(
                Route.get(Links.HOME, page::page),
                Route.get(Links.SEQUENCES, page::sequence),
                Route.get(Links.WARNINGS, page::warnings)),
            Stream.concat(assets(), api(reads, writes, health, metrics)))
        .toList();
  }

  private static Stream<Route> assets() {
    return Stream.of(
        asset("pico.css", WEBJARS + "picocss__pico/2.1.1/css/pico.min.css", CSS),
        asset("uplot.css", WEBJARS + "uplot/1.6.30/dist/uPlot.min.css", CSS),
        asset("seqwarden.css", "seqwarden.css", CSS),
        asset("tables.css", "tables.css", CSS),
        asset("htmx.js", WEBJARS + "htmx.org/2.0.10/dist/htmx.min.js", SCRIPT),
        asset("uplot.js", WEBJARS + "uplot/1.6.30/dist/uPlot.iife.min.js", SCRIPT),
        asset("dialogs.js", "dialogs.js", SCRIPT),
        asset("morph.js", "morph.js", SCRIPT),
        asset("plot.js", "plot.js", SCRIPT),
        asset("seqwarden.js", "seqwarden.js", SCRIPT));
  }

  private static Route asset(String name, String resource, String contentType) {
    return Route.get("/assets/" + name, Asset.load(resource, contentType)::serve);
  }

  private static Stream<Route> api(
      ReadRoutes reads, WriteRoutes writes, HealthRoutes health, MetricsExposition metrics) {
    return Stream.of(
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
        Route.post(DATABASE + "/resume", writes::resume),
        Route.post("/-/reload", writes::reload));
  }

  private static void metrics(Context ctx, MetricsExposition metrics) {
    String accept = ctx.header(Header.ACCEPT);
    String accepted = accept == null ? "" : accept;
    ctx.contentType(metrics.contentType(accepted)).result(metrics.scrape(accepted));
  }
}
