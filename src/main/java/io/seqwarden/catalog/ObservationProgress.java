package io.seqwarden.catalog;

/** Hears how far an observation has come; called on the observing thread. */
@FunctionalInterface
public interface ObservationProgress {

  /** Nobody listens. */
  ObservationProgress NONE = (done, total) -> {};

  /** {@code done} of {@code total} sequences were read. */
  void observed(int done, int total);
}
