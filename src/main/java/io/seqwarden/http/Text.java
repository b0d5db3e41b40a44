package io.seqwarden.http;

import java.util.Locale;

/** Text that strangers sent, made fit for messages. */
final class Text {

  private static final int SHOWN_CHARS = 80;

  private Text() {}

  /** {@code text} in quotes, cut where long, with control characters replaced. */
  static String quote(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= SHOWN_CHARS
        ? "'" + printable + "'"
        : "'" + printable.substring(0, SHOWN_CHARS) + "...'";
  }

  /** Whether a control character is among {@code text}'s. */
  static boolean hasControl(String text) {
    return text.chars().anyMatch(Character::isISOControl);
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
