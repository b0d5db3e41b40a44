package io.seqwarden.config;

import io.seqwarden.http.HttpSettings;
import io.seqwarden.report.MetricsSettings;
import io.seqwarden.sweep.DatabaseSettings;
import java.util.List;
import java.util.Objects;

/**
 * A whole configuration, checked.
 *
 * @param http where the server listens
 * @param metrics bounds on metrics
 * @param connectionsTotal {@code connections.total}: over all databases
 * @param databases the databases, in the order of the file; one or more
 */
public record Configuration(
    HttpSettings http,
    MetricsSettings metrics,
    int connectionsTotal,
    List<DatabaseSettings> databases) {

  public Configuration {
    Objects.requireNonNull(http, "http");
    Objects.requireNonNull(metrics, "metrics");
    databases = List.copyOf(databases);
  }
}
