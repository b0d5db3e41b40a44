package io.seqwarden.drift;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Something moved a sequence, or was refused to: at most one a statement and sequence.
 *
 * @param at when
 * @param database the database's name in the configuration
 * @param sequence the sequence's quoted name with its schema
 * @param source who acted
 * @param before its last_value before
 * @param after its last_value after; the same as {@code before} where the advance was refused
 * @param mark the high-water mark that was to be passed, or the outlier that was not followed
 * @param refusal why nothing moved; empty for an advance
 * @param sessionUser the session's user
 * @param role the role that the session had set, {@code none} where it had set none
 * @param applicationName the session's application_name
 * @param clientAddr the client's address; empty for a local socket
 */
public record Event(
    Instant at,
    String database,
    String sequence,
    Source source,
    OptionalLong before,
    OptionalLong after,
    Optional<BigInteger> mark,
    Optional<Reason.Code> refusal,
    String sessionUser,
    String role,
    String applicationName,
    Optional<String> clientAddr) {

  public Event {
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(database, "database");
    Objects.requireNonNull(sequence, "sequence");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(refusal, "refusal");
  }

  /** Who moved a sequence, or was refused to. */
  public enum Source {
    /** A scheduled sweep. */
    SWEEP,
    /** The HTTP API. */
    HTTP,
    /** The command line. */
    CLI,
    /** The guard trigger. */
    GUARD,
    /** A SQL function that somebody called. */
    SQL;

    /** The source as the API, the metrics and the event table write it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
