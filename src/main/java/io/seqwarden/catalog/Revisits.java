package io.seqwarden.catalog;

import io.seqwarden.drift.Judge;
import io.seqwarden.drift.Observation;
import io.seqwarden.drift.State;
import io.seqwarden.postgres.Database;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Discovers and observes one database again and again, and reads only what may be another than last
 * time. Positions are always read.
 *
 * <p>A mark stands for the next time only where its sequence was in sync and could be read whole,
 * and only as long as the counters of all tables that the sequence feeds stay. They are read before
 * the marks, so that whatever is told later than that makes the next ones differ. A mark of before
 * that does not show its sequence in sync is read again before anybody hears of it.
 *
 * <p>Not thread-safe: one sweep at a time uses it.
 */
public final class Revisits {

  private final Discovery discovery;
  private final Observer observer;
  private final Judge judge;

  private @Nullable Catalog catalog;
  private @Nullable TableCounters counters;
  private Map<Long, Seen> seen = new HashMap<>();
  private boolean marksStand;

  /**
   * What is known of a sequence in sync.
   *
   * @param tables file and counter of each table, from before the marks were read
   */
  private record Seen(Watched watched, Observation observation, TableCounters.State tables) {

    boolean standsFor(Watched now, Optional<TableCounters.State> tablesNow) {
      return tablesNow.filter(tables::equals).isPresent() && watched.equals(now);
    }
  }

  /** For one database. */
  public Revisits(Discovery discovery, Observer observer, Judge judge) {
    this.discovery = discovery;
    this.observer = observer;
    this.judge = judge;
  }

  /**
   * Begins a visit.
   *
   * @return what is watched; the same object as last time where nothing about it changed
   * @throws SQLException if the server is not reached or does not answer in time
   */
  public Catalog discover(Database database, Depth wanted) throws SQLException {
    TableCounters now = discovery.counters(database);
    Catalog last = catalog;
    TableCounters before = counters;
    Catalog found;
    if (last == null || before == null) {
      found = discovery.discover(database);
    } else if (wanted == Depth.STEADY && now.sameCatalogs(before)) {
      found = last;
    } else {
      found = discovery.discover(database, last);
    }
    boolean compares = before != null && now.comparesWith(before);
    if (!compares) {
      // Counters that begin anew may come to the same numbers, and the observing may fail this
      // time.
      seen = new HashMap<>();
    }
    marksStand = wanted == Depth.STEADY && compares;
    catalog = found;
    counters = now;
    return found;
  }

  /**
   * Observes what {@link #discover} found, once each time.
   *
   * @param cancelled asked between batches; true ends the reading
   * @return one observation each, in order; fewer where cancelled
   * @throws SQLException if the connection is lost
   */
  public List<Observation> observe(
      Database database, BooleanSupplier cancelled, ObservationProgress progress)
      throws SQLException {
    if (catalog == null || counters == null) {
      throw new IllegalStateException("nothing was discovered");
    }
    List<Watched> watched = catalog.sequences();
    List<Optional<TableCounters.State>> tables = new ArrayList<>(watched.size());
    Map<Long, Observation> known = new HashMap<>();
    for (Watched one : watched) {
      Optional<TableCounters.State> now = counters.of(one.sequence());
      tables.add(now);
      Seen last = marksStand ? seen.get(one.sequence().oid()) : null;
      if (last != null && last.standsFor(one, now)) {
        known.put(one.sequence().oid(), last.observation());
      }
    }
    Observer reading = observer.on(catalog.server());
    List<Observation> observations =
        new ArrayList<>(reading.observe(database, watched, known, cancelled, progress));
    readDoubtful(reading, database, watched, known, observations, cancelled);
    remember(watched, observations, tables);
    return observations;
  }

  /** What a mark of before accuses is read anew: rows may be gone since, untold. */
  private void readDoubtful(
      Observer reading,
      Database database,
      List<Watched> watched,
      Map<Long, Observation> known,
      List<Observation> observations,
      BooleanSupplier cancelled)
      throws SQLException {
    List<Integer> doubtful = new ArrayList<>();
    for (int i = 0; i < observations.size(); i++) {
      Watched one = watched.get(i);
      if (known.containsKey(one.sequence().oid()) && !isInSync(one, observations.get(i))) {
        doubtful.add(i);
      }
    }
    List<Observation> read =
        reading.observe(
            database,
            doubtful.stream().map(watched::get).toList(),
            Map.of(),
            cancelled,
            ObservationProgress.NONE);
    for (int i = 0; i < read.size(); i++) {
      observations.set(doubtful.get(i), read.get(i));
    }
    if (read.size() < doubtful.size()) {
      observations.subList(doubtful.get(read.size()), observations.size()).clear();
    }
  }

  private void remember(
      List<Watched> watched,
      List<Observation> observations,
      List<Optional<TableCounters.State>> tables) {
    Map<Long, Seen> remembered = new HashMap<>(2 * observations.size());
    for (int i = 0; i < observations.size(); i++) {
      Watched one = watched.get(i);
      Observation observation = observations.get(i);
      if (tables.get(i).isPresent() && isInSync(one, observation)) {
        remembered.put(one.sequence().oid(), new Seen(one, observation, tables.get(i).get()));
      }
    }
    seen = remembered;
  }

  /** Judged only where something is another than when it was in sync. */
  private boolean isInSync(Watched watched, Observation observation) {
    Seen last = seen.get(watched.sequence().oid());
    if (last != null && last.observation().equals(observation) && last.watched().equals(watched)) {
      return true;
    }
    return judge.judge(watched.sequence(), observation, watched.policy(), false).state()
        == State.IN_SYNC;
  }
}
