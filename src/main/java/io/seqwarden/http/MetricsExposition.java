package io.seqwarden.http;

/** What {@code GET /metrics} serves; whoever makes the metrics provides it. Thread-safe. */
public interface MetricsExposition {

  /**
   * The content type for a scraper that accepts {@code accept}.
   *
   * @param accept the request's Accept header; empty where there is none
   */
  String contentType(String accept);

  /** All metrics in that content type. */
  String scrape(String accept);
}
