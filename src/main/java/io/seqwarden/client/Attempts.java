package io.seqwarden.client;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** The attempts of one piece of work. Not thread-safe. */
final class Attempts {

  private final RetrySettings settings;
  private int made;
  private Optional<Violation> last = Optional.empty();

  Attempts(RetrySettings settings) {
    this.settings = settings;
  }

  /**
   * Whether another may follow one that failed so. A sequence gives no id twice: what met the same
   * key again brings that key along.
   */
  boolean mayGoOn(Violation violation) {
    made++;
    boolean same = last.filter(violation::equals).isPresent() && !violation.detail().isEmpty();
    last = Optional.of(violation);
    return made < settings.attempts() && !same;
  }

  /** How many have failed. */
  int failed() {
    return made;
  }

  /**
   * Pauses, unless it was the first that failed. That comes before the sequence is looked at: who
   * pauses after an advance finds it overtaken again.
   *
   * @return false if the thread was interrupted, which it then still is
   */
  boolean pause() {
    if (made < 2) {
      return true;
    }
    long most = settings.firstPause().toMillis() << Math.min(made - 2, 20);
    long millis =
        ThreadLocalRandom.current()
            .nextLong(Math.min(most, settings.longestPause().toMillis()) + 1);
    try {
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
