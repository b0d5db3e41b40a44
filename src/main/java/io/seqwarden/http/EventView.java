package io.seqwarden.http;

import io.seqwarden.drift.Event;
import java.math.BigInteger;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event as JSON. A refusal has the same {@code before} and {@code after}.
 *
 * @param at when
 * @param database the database's name in the configuration
 * @param sequence {@code schema.name}, each part quoted as {@code quote_ident} does
 * @param source who acted: sweep, http, cli, guard or sql
 * @param before last_value before; null where unknown
 * @param after last_value after
 * @param highWater the mark that was to be passed, or the outlier that was not followed
 * @param sessionUser the session's user
 * @param role the role that the session had set, {@code none} where it had set none
 * @param applicationName the session's application_name
 * @param clientAddr the client's address; null for a local socket
 */
public record EventView(
    Instant at,
    String database,
    String sequence,
    String source,
    @Nullable Long before,
    @Nullable Long after,
    @Nullable BigInteger highWater,
    String sessionUser,
    String role,
    String applicationName,
    @Nullable String clientAddr) {

  /** The view of {@code event}. */
  public static EventView of(Event event) {
    return new EventView(
        event.at(),
        event.database(),
        event.sequence(),
        event.source().word(),
        Values.orNull(event.before()),
        Values.orNull(event.after()),
        event.mark().orElse(null),
        event.sessionUser(),
        event.role(),
        event.applicationName(),
        event.clientAddr().orElse(null));
  }
}
