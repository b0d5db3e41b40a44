package io.seqwarden.client;

import java.lang.System.Logger.Level;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks into a 23505: whether a drifted sequence caused it, and then advances that. Thread-safe.
 */
final class Recovery {

  private static final System.Logger LOG = System.getLogger("io.seqwarden.client");
  private static final int MOST_LOOKS = 3;

  private final Feeds feeds;
  private final Healing healing = new Healing();
  private final Memory memory = new Memory();

  /** One look at a time at an index: those who wait find it healed. */
  private final Map<String, Object> looking = new ConcurrentHashMap<>();

  Recovery(Feeds feeds) {
    this.feeds = feeds;
  }

  /**
   * What became of the sequence that caused it; empty if none did, and then the work is not to run
   * again.
   *
   * @param began when the work that failed did, by {@link System#nanoTime}
   * @param failures how often it has failed by now
   */
  Optional<Healing.Outcome> recover(Place place, Violation violation, long began, int failures) {
    synchronized (looking.computeIfAbsent(violation.where(), index -> new Object())) {
      // With one key column the id is known without asking.
      Optional<BigInteger> id = violation.value(0, 1);
      Optional<Healing.Outcome> done =
          id.filter(value -> failures == 1)
              .flatMap(value -> memory.healed(violation.where(), value, began));
      if (done.isPresent()) {
        return done;
      }
      for (int look = 1; ; look++) {
        try {
          return place.look(
              connection -> {
                Case failed = new Case(place, violation, began, failures);
                return decide(connection, failed);
              });
        } catch (SQLException failure) {
          if (look == MOST_LOOKS || !place.renew()) {
            LOG.log(
                Level.WARNING,
                "Whether a drifted sequence caused the 23505 of %s.%s cannot be told, and the application gets it: %s"
                    .formatted(violation.schema(), violation.index(), failure.getMessage()),
                failure);
            return Optional.empty();
          }
        }
      }
    }
  }

  private Optional<Healing.Outcome> decide(Connection connection, Case failed) throws SQLException {
    Violation violation = failed.violation();
    Feeds.Key key = feeds.key(connection, violation);
    if (!key.maybeFed()) {
      return Optional.empty();
    }
    Optional<Memory.Known> known = memory.known(violation.where(), key.table());
    if (known.isPresent()) {
      Optional<Healing.Outcome> outcome = anyOf(connection, failed, key, known.get().feeds());
      if (outcome.isPresent()) {
        return outcome;
      }
    }
    List<Feed> asked = feeds.of(connection, key.table(), key.columns());
    if (known.isPresent() && known.get().feeds().equals(asked)) {
      return Optional.empty();
    }
    memory.knows(violation.where(), new Memory.Known(key.table(), asked, System.nanoTime()));
    return anyOf(connection, failed, key, asked);
  }

  /** What failed, and where it is looked into. */
  private record Case(Place place, Violation violation, long began, int failures) {

    /** The id that met a row, where the server told it. */
    Optional<BigInteger> id(Feeds.Key key, Feed feed) {
      for (Feed.Column column : feed.columns()) {
        int index = key.columns().indexOf(column.name());
        if (column.asked() && index >= 0) {
          return violation.value(index, key.columns().size());
        }
      }
      return Optional.empty();
    }
  }

  private Optional<Healing.Outcome> anyOf(
      Connection connection, Case failed, Feeds.Key key, List<Feed> all) throws SQLException {
    for (Feed feed : all) {
      Optional<Healing.Outcome> outcome = judged(connection, failed, feed, failed.id(key, feed));
      if (outcome.isPresent()) {
        return outcome;
      }
    }
    return Optional.empty();
  }

  private Optional<Healing.Outcome> judged(
      Connection connection, Case failed, Feed feed, Optional<BigInteger> id) throws SQLException {
    Drawn drawn =
        id.isPresent() && failed.place().isSessionOfFailure()
            ? Drawn.in(connection, feed, id.get())
            : Drawn.UNKNOWN;
    boolean ruledOut = id.isPresent() && memory.wasBeyond(feed, id.get(), failed.began());
    Healing.Outcome outcome = healing.heal(connection, feed, drawn == Drawn.YES);
    memory.saw(feed, outcome.after());
    Violation violation = failed.violation();
    switch (outcome.state()) {
      case HEALED, BEHIND -> {
        memory.heals(violation.where(), feed, outcome);
        log(violation, feed, outcome);
        healing.lead(connection, feed, outcome, failed.failures());
        return Optional.of(outcome);
      }
      case AHEAD -> {
        // Others advanced it meanwhile, unless the id came from the caller.
        boolean given = ruledOut || drawn == Drawn.NO;
        if (given || id.filter(value -> feed.mayHaveGiven(value, outcome.after())).isEmpty()) {
          return Optional.empty();
        }
        healing.lead(connection, feed, outcome, failed.failures());
        return Optional.of(outcome);
      }
      default -> {
        LOG.log(
            Level.INFO,
            "{0} is left where it is, {1}, and the application gets the 23505 of {2}.{3}",
            feed.name(),
            outcome.words(),
            violation.schema(),
            violation.index());
        return Optional.empty();
      }
    }
  }

  private static void log(Violation violation, Feed feed, Healing.Outcome outcome) {
    LOG.log(
        Level.INFO,
        "{0} was advanced from {1} to {2} after a 23505 of {3}.{4}{5}",
        feed.name(),
        outcome.before().toString(),
        outcome.after().toString(),
        violation.schema(),
        violation.index(),
        outcome.state() == Healing.State.BEHIND ? ", and is still behind" : "");
  }
}
