package io.seqwarden.repair;

import io.seqwarden.drift.Limits;
import io.seqwarden.postgres.Timeouts;
import java.util.List;
import java.util.Objects;

/**
 * What the installed objects depend on beside the catalogs.
 *
 * @param limits the outlier limits that guard and SQL functions apply
 * @param timeouts bound each installing transaction, and a guard's wait for a sequence's lock
 * @param events whether and for how long {@code seqwarden.event} is kept
 * @param syncExecute roles that may call the sync functions
 */
public record InstallSettings(
    Limits limits, Timeouts timeouts, EventSettings events, List<String> syncExecute) {

  public InstallSettings {
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(timeouts, "timeouts");
    Objects.requireNonNull(events, "events");
    syncExecute = List.copyOf(syncExecute);
  }
}
