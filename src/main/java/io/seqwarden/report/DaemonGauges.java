package io.seqwarden.report;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Gauges of the daemon itself, whatever it watches. */
final class DaemonGauges {

  private DaemonGauges() {}

  static void register(MeterRegistry registry, ReloadStatus status) {
    Gauge.builder(
            "seqwarden.config.last.reload.successful", status, s -> s.last().successful() ? 1 : 0)
        .description("Whether the configuration was valid when it was read last.")
        .register(registry);
    TimeGauge.builder(
            "seqwarden.config.last.reload.success.timestamp",
            status,
            TimeUnit.MILLISECONDS,
            s -> s.last().lastSuccess().toEpochMilli())
        .description("When a valid configuration was read last.")
        .register(registry);
  }

  /** By a supplier, which the registry holds on to; an object it would let go, and tell NaN. */
  static void registerCertificate(MeterRegistry registry, Supplier<Instant> expires) {
    TimeGauge.builder(
            "seqwarden.http.certificate.expiry.timestamp",
            () -> expires.get().toEpochMilli(),
            TimeUnit.MILLISECONDS)
        .description("When the certificate of the HTTP listener expires.")
        .register(registry);
  }
}
