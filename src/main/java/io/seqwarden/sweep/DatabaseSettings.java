package io.seqwarden.sweep;

import io.seqwarden.catalog.CatalogSettings;
import io.seqwarden.drift.Limits;
import io.seqwarden.postgres.ConnectionSettings;
import io.seqwarden.repair.EventSettings;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * One database of the configuration.
 *
 * @param connection how to reach it; its name is the database's name
 * @param schedule when to sweep
 * @param fullEvery {@code full-every}: how often a sweep skips nothing
 * @param mode whether drift is repaired
 * @param guard what becomes of the guard trigger
 * @param catalog what is watched
 * @param limits where an id stops to be plausible
 * @param events what is kept of events
 * @param syncExecute roles that may call {@code sync_<table>_sequence()}
 */
public record DatabaseSettings(
    ConnectionSettings connection,
    Schedule schedule,
    Duration fullEvery,
    Mode mode,
    GuardMode guard,
    CatalogSettings catalog,
    Limits limits,
    EventSettings events,
    List<String> syncExecute) {

  public DatabaseSettings {
    Objects.requireNonNull(connection, "connection");
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(fullEvery, "fullEvery");
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(guard, "guard");
    Objects.requireNonNull(catalog, "catalog");
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(events, "events");
    syncExecute = List.copyOf(syncExecute);
    if (guard == GuardMode.ENSURE && mode != Mode.HEAL) {
      throw new IllegalArgumentException("guard = ensure needs mode = heal");
    }
  }

  /** The database's name in the configuration. */
  public String name() {
    return connection.name();
  }

  /** {@code mode}. */
  public enum Mode {
    /** Judge and report; write nothing at all. */
    OBSERVE,
    /** Advance what is behind. */
    HEAL
  }

  /** {@code guard}. */
  public enum GuardMode {
    /** Not looked at. */
    OFF,
    /** Reported where missing. */
    CHECK,
    /** Installed where missing. */
    ENSURE
  }
}
