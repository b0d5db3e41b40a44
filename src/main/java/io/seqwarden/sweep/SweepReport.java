package io.seqwarden.sweep;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What one sweep found and did.
 *
 * @param database the database's name in the configuration
 * @param startedAt when it began
 * @param duration how long it took
 * @param outcome how it ended
 * @param role what the server was; empty where it was not reached
 * @param findings one a sequence, as it stands after the sweep; empty where it failed or was
 *     skipped
 * @param events what this sweep moved or refused
 * @param problems what went wrong or was left undone, a sentence each: unreachable, a guard that
 *     could not be installed, a function of the same name that is not ours
 */
public record SweepReport(
    String database,
    Instant startedAt,
    Duration duration,
    Outcome outcome,
    Optional<Role> role,
    List<Finding> findings,
    List<Event> events,
    List<String> problems) {

  public SweepReport {
    Objects.requireNonNull(database, "database");
    Objects.requireNonNull(startedAt, "startedAt");
    Objects.requireNonNull(duration, "duration");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(role, "role");
    findings = List.copyOf(findings);
    events = List.copyOf(events);
    problems = List.copyOf(problems);
  }

  /** How a sweep ended. */
  public enum Outcome {
    /** Everything was judged. */
    OK,
    /** Something could not be judged or done; see the findings and the problems. */
    PARTIAL,
    /** The database was not reached, or the sweep broke off. */
    FAILED,
    /** Paused, or another sweep was under way. */
    SKIPPED;

    /** The outcome as metrics write it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What a server is. */
  public enum Role {
    /** It takes writes. */
    PRIMARY,
    /** It is in recovery: judged, never written to. */
    STANDBY;

    /** The role as the API writes it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
