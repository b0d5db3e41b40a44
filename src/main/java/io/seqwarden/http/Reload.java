package io.seqwarden.http;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/** Reads the configuration again. Thread-safe. */
@FunctionalInterface
public interface Reload {

  /**
   * Asks for it. Returns at once; one reading at a time, and each request is answered by one that
   * began after it. A stage that completes exceptionally tells of a bug.
   *
   * @param by who asks, for the log
   */
  CompletionStage<Outcome> request(String by);

  /** What came of it. */
  sealed interface Outcome {

    /**
     * The new configuration runs.
     *
     * @param added databases that are watched from now on
     * @param changed databases that were rebuilt
     * @param removed databases that are no longer watched
     * @param unchanged databases that go on as they were
     * @param restart changed keys that take effect only when seqwarden starts again
     */
    record Applied(
        List<String> added,
        List<String> changed,
        List<String> removed,
        List<String> unchanged,
        List<String> restart)
        implements Outcome {
      public Applied {
        added = List.copyOf(added);
        changed = List.copyOf(changed);
        removed = List.copyOf(removed);
        unchanged = List.copyOf(unchanged);
        restart = List.copyOf(restart);
      }
    }

    /**
     * The configuration is invalid, and nothing changed.
     *
     * @param faults all that is wrong with it, one or more
     */
    record Invalid(List<Fault> faults) implements Outcome {
      public Invalid {
        faults = List.copyOf(faults);
      }
    }
  }

  /**
   * One thing that is wrong with the configuration.
   *
   * @param file where
   * @param line 1 or more; 0 where no line can be told
   * @param path the key; empty where the file as a whole is meant
   * @param message what was expected and what was found; shows no secret
   */
  record Fault(String file, int line, String path, String message) {
    public Fault {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(path, "path");
      Objects.requireNonNull(message, "message");
    }
  }
}
