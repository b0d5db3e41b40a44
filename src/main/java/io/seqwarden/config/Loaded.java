package io.seqwarden.config;

import java.util.List;
import java.util.Objects;

/** What came of loading a configuration. */
public sealed interface Loaded {

  /** It can be run with. */
  record Valid(Configuration configuration) implements Loaded {
    public Valid {
      Objects.requireNonNull(configuration, "configuration");
    }
  }

  /**
   * It cannot.
   *
   * @param problems all of them, one or more, ordered by file and line
   */
  record Invalid(List<Problem> problems) implements Loaded {
    public Invalid {
      problems = List.copyOf(problems);
      if (problems.isEmpty()) {
        throw new IllegalArgumentException("an invalid configuration has a problem");
      }
    }
  }
}
