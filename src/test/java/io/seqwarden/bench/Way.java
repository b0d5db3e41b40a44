package io.seqwarden.bench;

/** One of the ways that a benchmark compares. */
@FunctionalInterface
interface Way {

  /** Goes it once, and says how many seconds that took. */
  double seconds() throws Exception;

  /** What is done, whatever it takes. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  /** A way that is timed from its beginning to its end. */
  static Way of(Action action) {
    return () -> {
      long begin = System.nanoTime();
      action.run();
      return (System.nanoTime() - begin) / 1e9;
    };
  }
}
