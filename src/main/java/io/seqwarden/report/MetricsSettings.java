package io.seqwarden.report;

/**
 * Bounds on metrics.
 *
 * @param maxSequences {@code metrics.max-sequences}: per-sequence series a database
 */
public record MetricsSettings(int maxSequences) {}
