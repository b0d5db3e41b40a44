package io.seqwarden.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads a file and what it includes, and notes what is wrong with their syntax.
 *
 * <p>The library would read files itself; but {@code include} is a word of HOCON and our key too,
 * so that the text has to pass through {@link IncludeKey} first.
 */
final class HoconFiles {
  private static final int LARGEST_BYTES = 4 * 1024 * 1024;
  private static final int DEEPEST_INCLUDE = 20;

  private final Problems problems;

  HoconFiles(Problems problems) {
    this.problems = problems;
  }

  /** The file's values with those of its includes; empty where it cannot be read. */
  Optional<Config> parse(Path file) {
    try {
      return parse(file, TextFile.read(file, LARGEST_BYTES), 0);
    } catch (IOException unreadable) {
      String cause = TextFile.cause(unreadable, file);
      problems.add(whole(file), "", "cannot read the configuration: " + cause);
      return Optional.empty();
    }
  }

  private Optional<Config> parse(Path file, String text, int depth) {
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setSyntax(ConfigSyntax.CONF)
            .setOriginDescription(file.toString())
            .setIncluder(new Includer(file, depth));
    try {
      return Optional.of(ConfigFactory.parseString(IncludeKey.quoted(text), options));
    } catch (ConfigException syntax) {
      Place place = syntax.origin() == null ? whole(file) : whole(file).within(syntax.origin());
      problems.add(place, "", "not valid HOCON: " + HoconSyntax.explain(syntax));
      return Optional.empty();
    }
  }

  private static Place whole(Path file) {
    return new Place(file.toString(), 0);
  }

  /** Answers the includes of one file; names are relative to its directory. */
  private final class Includer
      implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
    private final Path from;
    private final int depth;

    Includer(Path from, int depth) {
      this.from = from;
      this.depth = depth;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      for (String name : List.of(what, what + ".conf", what + ".json")) {
        Path file = from.resolveSibling(name);
        if (Files.exists(file) && !Files.isDirectory(file)) {
          return read(file);
        }
      }
      return missing(context, what);
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
      Path file = from.resolveSibling(what.toPath());
      return Files.exists(file) ? read(file) : missing(context, what.toString());
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
      return refused("include url(...) is not allowed here; include a file");
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
      return refused("include classpath(...) is not allowed here; include a file");
    }

    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
      return this;
    }

    private ConfigObject read(Path file) {
      if (depth >= DEEPEST_INCLUDE) {
        return refused("includes are nested too deeply, or a file includes itself: " + file);
      }
      try {
        return parse(file, TextFile.read(file, LARGEST_BYTES), depth + 1)
            .map(Config::root)
            .orElse(ConfigFactory.empty().root());
      } catch (IOException unreadable) {
        return refused("cannot include " + file + ": " + TextFile.cause(unreadable, file));
      }
    }

    /** HOCON passes over a file that is not there, unless it is required. */
    private ConfigObject missing(ConfigIncludeContext context, String what) {
      return context.parseOptions().getAllowMissing()
          ? ConfigFactory.empty().root()
          : refused("cannot include " + from.resolveSibling(what) + ": no such file");
    }

    private ConfigObject refused(String message) {
      problems.add(whole(from), "", message);
      return ConfigFactory.empty().root();
    }
  }
}
