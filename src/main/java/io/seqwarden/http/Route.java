package io.seqwarden.http;

import io.javalin.http.Handler;
import io.javalin.http.HandlerType;

/**
 * One route of the server.
 *
 * @param method GET, which answers HEAD too, or POST
 * @param path as Javalin and OpenAPI write it
 * @param handler what answers it
 */
record Route(HandlerType method, String path, Handler handler) {

  static Route get(String path, Handler handler) {
    return new Route(HandlerType.GET, path, handler);
  }

  static Route post(String path, Handler handler) {
    return new Route(HandlerType.POST, path, handler);
  }
}
