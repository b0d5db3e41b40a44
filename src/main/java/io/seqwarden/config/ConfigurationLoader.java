package io.seqwarden.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration file. All problems come in one answer; only a file that is no HOCON is
 * answered by the first, since nothing after it can be told apart.
 */
public final class ConfigurationLoader {
  private ConfigurationLoader() {}

  /** Loads {@code file}, with this process's environment behind its {@code ${NAME}}. */
  public static Loaded load(Path file) {
    return load(file, System.getenv());
  }

  /**
   * Loads {@code file}. Included files, {@code password-file} and {@code token-file} are named
   * relative to the directory of {@code file}.
   *
   * @param environment what {@code ${NAME}} means where no key of the file has that path
   */
  public static Loaded load(Path file, Map<String, String> environment) {
    Problems problems = new Problems();
    Place name = new Place(file.toString(), 0);
    Config reference = Hocon.reference();
    try {
      Optional<Config> read = new Hocon(environment, problems).read(file, reference);
      if (read.isEmpty()) {
        return new Loaded.Invalid(problems.sorted());
      }
      @Nullable Path directory = file.toAbsolutePath().getParent();
      return new ConfigurationReader(directory == null ? file : directory, problems)
          .read(read.get().root(), name, reference.root());
    } catch (ConfigException unforeseen) {
      // Its message may quote the file and with it a password: the type has to do.
      problems.add(name, "", "cannot be read (" + unforeseen.getClass().getSimpleName() + ")");
      return new Loaded.Invalid(problems.sorted());
    }
  }
}
