package io.seqwarden.client;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one retry has seen of sequences, so that many who fail together ask once, and so that an id
 * which the sequence has long passed is told from one that it gave. Thread-safe. Times are those of
 * {@link System#nanoTime}.
 */
final class Memory {

  /** A link between a column and its sequence is asked for anew after that. */
  private static final long FEED_NANOS = 60_000_000_000L;

  /** How many values nextval logs ahead. */
  private static final BigInteger LOGGED = BigInteger.valueOf(32);

  private final Map<String, Healed> healed = new ConcurrentHashMap<>();
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  private record Healed(Feed feed, Healing.Outcome outcome, long at) {}

  private record Seen(BigInteger lastValue, long at) {}

  /**
   * What feeds the columns of an index.
   *
   * @param table the table's oid
   */
  record Known(long table, List<Feed> feeds, long at) {}

  void heals(String index, Feed feed, Healing.Outcome outcome) {
    healed.put(index, new Healed(feed, outcome, System.nanoTime()));
  }

  /** What moved the sequence past {@code id}, from before it, since {@code began}. */
  Optional<Healing.Outcome> healed(String index, BigInteger id, long began) {
    return Optional.ofNullable(healed.get(index))
        .filter(last -> last.at() - began > 0)
        .filter(last -> !last.feed().isBefore(id, last.outcome().before()))
        .filter(last -> !last.feed().isBefore(last.outcome().after(), id))
        .map(Healed::outcome);
  }

  void saw(Feed feed, BigInteger lastValue) {
    seen.put(feed.name() + feed.oid(), new Seen(lastValue, System.nanoTime()));
  }

  /**
   * Whether the sequence was beyond {@code id} before {@code began}, and cannot have given it. What
   * was seen may be some values too far ahead, as a sequence's row is for the time of a WAL record.
   */
  boolean wasBeyond(Feed feed, BigInteger id, long began) {
    Seen last = seen.get(feed.name() + feed.oid());
    return last != null
        && feed.isPlain()
        && last.at() - began < 0
        && feed.isBefore(
            id, last.lastValue().subtract(BigInteger.valueOf(feed.increment()).multiply(LOGGED)));
  }

  void knows(String index, Known feeds) {
    known.put(index, feeds);
  }

  Optional<Known> known(String index, long table) {
    return Optional.ofNullable(known.get(index))
        .filter(one -> one.table() == table && System.nanoTime() - one.at() < FEED_NANOS);
  }
}
