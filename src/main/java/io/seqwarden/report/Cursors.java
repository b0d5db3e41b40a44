package io.seqwarden.report;

import io.seqwarden.drift.State;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/**
 * Cursors as text. A cursor tells where its page ended, not which entry was the last: what was
 * repaired or dropped between two pages then makes no gap in what a reader sees.
 */
final class Cursors {

  /** Neither PostgreSQL's names nor the configuration's have it. */
  private static final String SEPARATOR = "\0";

  private static final String FINDING = "finding";
  private static final String EVENT = "event";

  private Cursors() {}

  static String of(Place place) {
    return encoded(
        FINDING,
        place.state().name(),
        Integer.toString(place.warnings()),
        Long.toString(place.gap()),
        place.database(),
        place.sequence());
  }

  static Place place(String cursor) {
    List<String> parts = decoded(cursor, FINDING, 6);
    try {
      return new Place(
          State.valueOf(parts.get(1)),
          Integer.parseInt(parts.get(2)),
          Long.parseLong(parts.get(3)),
          parts.get(4),
          parts.get(5));
    } catch (IllegalArgumentException e) {
      throw foreign(cursor);
    }
  }

  static String of(Stamp stamp) {
    return encoded(EVENT, stamp.at().toString(), Long.toString(stamp.number()));
  }

  static Stamp stamp(String cursor) {
    List<String> parts = decoded(cursor, EVENT, 3);
    try {
      return new Stamp(Instant.parse(parts.get(1)), Long.parseLong(parts.get(2)));
    } catch (DateTimeException | NumberFormatException e) {
      throw foreign(cursor);
    }
  }

  private static String encoded(String... parts) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(String.join(SEPARATOR, parts).getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> decoded(String cursor, String kind, int size) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor));
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      List<String> parts = List.of(text.split(SEPARATOR, -1));
      if (parts.size() == size && parts.get(0).equals(kind)) {
        return parts;
      }
    } catch (IllegalArgumentException | CharacterCodingException e) {
      // Answered below, with the rest of what is no cursor.
    }
    throw foreign(cursor);
  }

  private static Journal.BadCursorException foreign(String cursor) {
    return new Journal.BadCursorException(
        "after=%s is no cursor of this journal: pass the next of a page of the same list, or leave"
                .formatted(cursor)
            + " it out to start over");
  }
}
