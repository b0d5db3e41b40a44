package io.seqwarden.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One value of the file, and where it stands. Each method reads it as a type; where it is of
 * another, the problem is noted and nothing is returned.
 */
final class Setting {
  private static final int SHOWN_LENGTH = 60;
  private static final Pattern FROM_ENVIRONMENT =
      Pattern.compile(Pattern.quote(Hocon.ENVIRONMENT) + "([^, ]+)");

  private final String path;
  private final Place place;
  private final ConfigValue value;
  private final int depth;
  private final boolean isDefault;
  private final Problems problems;

  /**
   * One value.
   *
   * @param depth how far behind the block itself the value stood: 0 in it, more in its defaults
   * @param isDefault whether it is one of ours and stands in no file of the user's
   */
  Setting(
      String path,
      Place place,
      ConfigValue value,
      int depth,
      boolean isDefault,
      Problems problems) {
    this.path = path;
    this.place = place;
    this.value = value;
    this.depth = depth;
    this.isDefault = isDefault;
    this.problems = problems;
  }

  int depth() {
    return depth;
  }

  boolean isDefault() {
    return isDefault;
  }

  boolean isNull() {
    return value.valueType() == ConfigValueType.NULL;
  }

  /** Text that is not blank. */
  Optional<String> text(String expected) {
    Optional<String> text = scalar().filter(given -> !given.isBlank());
    return text.isPresent() ? text : wrong(expected);
  }

  /** Text of which nothing is ever shown, whatever is wrong with it. */
  Optional<String> secret() {
    Optional<String> text = scalar().filter(given -> !given.isEmpty());
    if (text.isEmpty() && !isUnresolved()) {
      problem("expected a text that is not empty (its value is not shown)");
    }
    return text;
  }

  Optional<Duration> duration(Duration atLeast, String example) {
    String expected = "a duration of at least " + inWords(atLeast) + " such as " + example;
    try {
      Duration duration = value.atKey("value").getDuration("value");
      return duration.compareTo(atLeast) < 0 ? wrong(expected) : Optional.of(duration);
    } catch (ConfigException | ArithmeticException notOne) {
      return wrong(expected);
    }
  }

  Optional<Integer> integer(int lowest, int highest) {
    return decimal()
        .flatMap(Setting::exactInteger)
        .filter(number -> number.compareTo(BigInteger.valueOf(lowest)) >= 0)
        .filter(number -> number.compareTo(BigInteger.valueOf(highest)) <= 0)
        .map(BigInteger::intValueExact)
        .or(() -> wrong("a whole number from " + lowest + " to " + highest));
  }

  /** A whole number of 64 bits, signed. */
  Optional<Long> id() {
    return decimal()
        .flatMap(Setting::exactInteger)
        .filter(number -> number.bitLength() < Long.SIZE)
        .map(BigInteger::longValueExact)
        .or(() -> wrong("an id, a whole number from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE));
  }

  /** A number above 0 and at most 1. */
  Optional<BigDecimal> ratio() {
    return decimal()
        .filter(number -> number.signum() > 0 && number.compareTo(BigDecimal.ONE) <= 0)
        .or(() -> wrong("a number above 0 and at most 1"));
  }

  Optional<Boolean> flag() {
    try {
      return Optional.of(value.atKey("value").getBoolean("value"));
    } catch (ConfigException notOne) {
      return wrong("true or false");
    }
  }

  /** One of an enum's constants, written in lower case with hyphens. */
  <E extends Enum<E>> Optional<E> word(Class<E> type) {
    List<E> all = List.of(type.getEnumConstants());
    Optional<String> given = scalar();
    return all.stream()
        .filter(one -> given.isPresent() && given.get().equals(inWords(one)))
        .findFirst()
        .or(() -> wrong(all.stream().map(Setting::inWords).collect(Collectors.joining(" or "))));
  }

  /** A list of which each element is read by {@code element}. */
  <T> Optional<List<T>> list(String expected, Function<Setting, Optional<T>> element) {
    if (!(value instanceof ConfigList list)) {
      return wrong(expected);
    }
    List<T> read = new ArrayList<>();
    for (int index = 0; index < list.size(); index++) {
      ConfigValue each = list.get(index);
      Place at = place.within(each.origin());
      element
          .apply(new Setting(path + "[" + index + "]", at, each, depth, isDefault, problems))
          .ifPresent(read::add);
    }
    return Optional.of(read);
  }

  /** A block of its own, as the elements of {@code sequences} are. */
  Optional<Block> block(String expected) {
    return value instanceof ConfigObject object
        ? Optional.of(Block.alone(path, place, object, problems))
        : wrong(expected);
  }

  /** Notes that something else was expected here. */
  <T> Optional<T> wrong(String expected) {
    if (!isUnresolved()) {
      problem("expected " + expected + ", got " + shown());
    }
    return Optional.empty();
  }

  /** Notes a problem with this value. */
  void problem(String message) {
    problems.add(place, path, message);
  }

  /**
   * The value for a message. What came from the environment is named only: somebody may have put
   * the variable of a password behind the wrong key.
   */
  String shown() {
    Matcher environment = FROM_ENVIRONMENT.matcher(value.origin().description());
    if (environment.find()) {
      return "what ${" + environment.group(1) + "} holds";
    }
    return switch (value.valueType()) {
      case STRING -> ConfigUtil.quoteString(shortened(scalar().orElse("")));
      case NUMBER, BOOLEAN -> shortened(scalar().orElse(""));
      case NULL -> "null";
      case LIST -> "a list";
      case OBJECT -> "a block";
    };
  }

  /** Whether {@link #shown} shows the value itself. */
  boolean isShown() {
    return !FROM_ENVIRONMENT.matcher(value.origin().description()).find();
  }

  /** Whether it hangs on a substitution that failed and has its problem already. */
  private boolean isUnresolved() {
    return scalar().filter(text -> text.contains(Hocon.UNRESOLVED)).isPresent();
  }

  private Optional<String> scalar() {
    return switch (value.valueType()) {
      case STRING, NUMBER, BOOLEAN -> Optional.of(value.atKey("value").getString("value"));
      case NULL, LIST, OBJECT -> Optional.empty();
    };
  }

  private Optional<BigDecimal> decimal() {
    try {
      return scalar().map(BigDecimal::new);
    } catch (NumberFormatException notOne) {
      return Optional.empty();
    }
  }

  private static Optional<BigInteger> exactInteger(BigDecimal number) {
    // 1e999999999 is a number too, and far too large to be written out.
    boolean small = Math.abs((long) number.precision() - number.scale()) <= 40;
    if (!small || number.stripTrailingZeros().scale() > 0) {
      return Optional.empty();
    }
    return Optional.of(number.toBigIntegerExact());
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN_LENGTH ? text : text.substring(0, SHOWN_LENGTH) + "...";
  }

  private static String inWords(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String inWords(Duration duration) {
    return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
  }
}
