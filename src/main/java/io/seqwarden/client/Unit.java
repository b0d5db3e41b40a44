package io.seqwarden.client;

/**
 * Work that begins and ends a transaction of its own, such as a Hibernate session's or a
 * transactional method's, and that may have to run more than once.
 *
 * @param <T> what it gives
 * @param <X> what it throws
 */
@FunctionalInterface
public interface Unit<T, X extends Throwable> {

  /**
   * Does the work, transaction and all.
   *
   * @throws X where it failed; then nothing of it is committed. A 23505 may be anywhere among the
   *     causes
   */
  T run() throws X;
}
