package io.seqwarden.catalog;

import io.seqwarden.drift.Policy;
import io.seqwarden.postgres.Timeouts;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What of one database is watched, and how it may be read.
 *
 * @param include {@code schema.table} patterns with {@code *} and {@code ?}; a fed table must match
 *     one
 * @param exclude patterns of tables to leave out
 * @param explicit entries of {@code sequences}: links that discovery cannot see, and policies
 * @param timeouts the bounds of each transaction
 * @param scanUnindexed whether columns without a suitable index are scanned whatever their size
 * @param unindexedMaxPages the size in 8 KiB pages up to which they are scanned anyway
 */
public record CatalogSettings(
    List<String> include,
    List<String> exclude,
    List<Explicit> explicit,
    Timeouts timeouts,
    boolean scanUnindexed,
    int unindexedMaxPages) {

  public CatalogSettings {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    explicit = List.copyOf(explicit);
    Objects.requireNonNull(timeouts, "timeouts");
  }

  /** The same, with no statement longer than {@code bound}. */
  CatalogSettings within(Duration bound) {
    return new CatalogSettings(
        include, exclude, explicit, timeouts.within(bound), scanUnindexed, unindexedMaxPages);
  }

  /**
   * One sequence that the configuration names.
   *
   * @param table the table as SQL writes it, {@code public.ticket}; empty where the entry only
   *     gives a policy by sequence
   * @param column the column's raw name
   * @param sequence the sequence as SQL writes it; empty where discovery finds it by the column
   * @param policy what holds for it
   */
  public record Explicit(
      Optional<String> table, Optional<String> column, Optional<String> sequence, Policy policy) {}
}
