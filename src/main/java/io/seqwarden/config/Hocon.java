package io.seqwarden.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file to a tree of values, substitutions resolved, and the problems on the way. The library's
 * own messages quote the file, and with it passwords; none of them is passed on.
 */
final class Hocon {
  /** How the origin of a value that came from the environment begins. */
  static final String ENVIRONMENT = "environment variable ";

  /** Stands for a substitution that failed, in values that hang on it. */
  static final String UNRESOLVED = "\u0000unresolved\u0000";

  private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{([^}?]+)\\}");

  private final Map<String, String> environment;
  private final Problems problems;

  Hocon(Map<String, String> environment, Problems problems) {
    this.environment = Map.copyOf(environment);
    this.problems = problems;
  }

  /** What {@code reference.conf} holds, every default. */
  static Config reference() {
    ClassLoader loader = Hocon.class.getClassLoader();
    return ConfigFactory.parseResources(loader, "reference.conf").resolve();
  }

  /** The file with its includes and substitutions; empty where it cannot be read as a whole. */
  Optional<Config> read(Path file, Config reference) {
    return new HoconFiles(problems).parse(file).flatMap(parsed -> resolve(file, parsed, reference));
  }

  /** Resolves as often as a substitution fails, so that each of them is reported. */
  private Optional<Config> resolve(Path file, Config parsed, Config reference) {
    Place whole = new Place(file.toString(), 0);
    Set<String> failed = new LinkedHashSet<>();
    while (true) {
      ConfigResolveOptions options =
          ConfigResolveOptions.noSystem().appendResolver(new Environment(environment, failed));
      try {
        Config merged = parsed.withFallback(reference).resolve(options);
        return Optional.of(parsed.resolveWith(merged, options));
      } catch (ConfigException.UnresolvedSubstitution missing) {
        Matcher expression = SUBSTITUTION.matcher(String.valueOf(missing.getMessage()));
        boolean cycle = String.valueOf(missing.getMessage()).contains("cycle of substitutions");
        if (cycle || !expression.find() || !failed.add(expression.group(1))) {
          problems.add(place(whole, missing), "", "substitutions that go round in a circle");
          return Optional.empty();
        }
        problems.add(place(whole, missing), "", unresolved(expression.group(1)));
      } catch (ConfigException wrongType) {
        problems.add(
            place(whole, wrongType),
            "",
            "a plain value and a block or a list stand side by side, perhaps through a ${...}, and"
                + " cannot be joined");
        return Optional.empty();
      }
    }
  }

  private static String unresolved(String name) {
    return "${"
        + name
        + "} is neither an environment variable nor a key; set it, or write ${?"
        + name
        + "} where it may be missing";
  }

  private static Place place(Place whole, ConfigException exception) {
    return exception.origin() == null ? whole : whole.within(exception.origin());
  }

  /**
   * Where substitutions end that no key of the file answers.
   *
   * @param failed names that are known to be nowhere
   */
  private record Environment(Map<String, String> variables, Set<String> failed)
      implements ConfigResolver {

    @Override
    public @Nullable ConfigValue lookup(String path) {
      @Nullable String value = variables.get(path);
      if (value != null) {
        return ConfigValueFactory.fromAnyRef(value, ENVIRONMENT + path);
      }
      return failed.contains(path) ? ConfigValueFactory.fromAnyRef(UNRESOLVED) : null;
    }

    @Override
    public ConfigResolver withFallback(ConfigResolver fallback) {
      return this;
    }
  }
}
