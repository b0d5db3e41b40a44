package io.seqwarden.http;

import io.seqwarden.drift.State;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Numbers, times and states as the page writes them. */
final class Wording {

  static final String UNKNOWN = "–";

  private static final double SECONDS_A_YEAR = 365.25 * 86_400;
  private static final double MANY_YEARS = 1_000;

  private Wording() {}

  static String number(BigInteger value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  static String number(long value) {
    return number(BigInteger.valueOf(value));
  }

  static String number(Optional<BigInteger> value) {
    return value.map(Wording::number).orElse(UNKNOWN);
  }

  static String number(OptionalLong value) {
    return value.isPresent() ? number(value.getAsLong()) : UNKNOWN;
  }

  /** A ratio in percent, cut rather than rounded, so that 100 % means all of it. */
  static String percent(double ratio) {
    if (Double.isNaN(ratio)) {
      return UNKNOWN;
    }
    double tenths = Math.floor(ratio * 1_000) / 10;
    return tenths == 0 && ratio > 0 ? "< 0.1 %" : String.format(Locale.ROOT, "%.1f %%", tenths);
  }

  /** How long the ids will last, in one unit, cut; {@link #UNKNOWN} while unknown. */
  static String left(OptionalDouble seconds) {
    if (seconds.isEmpty()) {
      return UNKNOWN;
    }
    double years = seconds.getAsDouble() / SECONDS_A_YEAR;
    if (years >= MANY_YEARS) {
      return "> 1,000 years";
    }
    return years >= 2
        ? "%d years".formatted((long) years)
        : length(Duration.ofSeconds((long) seconds.getAsDouble()));
  }

  /** What the page counts: {@code 1 sequence}, {@code 1,200 sequences}. */
  static String counted(long number, String one) {
    return number(number) + " " + one + (number == 1 ? "" : "s");
  }

  /** A state's or a warning's word with spaces. */
  static String spaced(String word) {
    return word.replace('_', ' ');
  }

  static StatusPage.Tone tone(State state) {
    return switch (state) {
      case IN_SYNC -> StatusPage.Tone.GOOD;
      case UNREADABLE -> StatusPage.Tone.WARN;
      case BEHIND, REFUSED -> StatusPage.Tone.BAD;
    };
  }

  /** {@code then} as seen from {@code now}. */
  static StatusPage.Moment moment(Instant then, Instant now) {
    Duration passed = Duration.between(then, now);
    String length = length(passed.abs());
    String ago =
        length.equals("0 s") ? "now" : passed.isNegative() ? "in " + length : length + " ago";
    return new StatusPage.Moment(ago, then.truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** {@code then} told in full. */
  static StatusPage.Moment inFull(Instant then) {
    String iso = then.truncatedTo(ChronoUnit.SECONDS).toString();
    return new StatusPage.Moment(iso.replace('T', ' ').replace("Z", " UTC"), iso);
  }

  private static String length(Duration length) {
    if (length.toDays() >= 2) {
      return length.toDays() + " d";
    }
    if (length.toHours() >= 2) {
      return length.toHours() + " h";
    }
    if (length.toMinutes() >= 2) {
      return length.toMinutes() + " min";
    }
    return length.toSeconds() + " s";
  }
}
