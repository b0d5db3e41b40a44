package io.seqwarden.catalog;

import io.seqwarden.drift.Judge;
import io.seqwarden.drift.Observation;
import io.seqwarden.postgres.Database;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Reads marks and positions. Where a column's furthest id lies beyond the outlier bound, a second
 * reading finds the furthest within it. What cannot be read is an observation that says why; only a
 * lost connection is an exception. Thread-safe.
 */
public final class Observer {

  /** About so many tables are read before the next are begun. */
  private static final int TABLES = 200;

  /**
   * So many sequences at most, where their tables are not read: together no more locks than those
   * of a chunk of tables, with an index and a sequence each.
   */
  private static final int SEQUENCES = 3 * TABLES;

  private final CatalogSettings settings;
  private final Judge judge;

  /** For one database's settings; {@code judge} tells what is an outlier. */
  public Observer(CatalogSettings settings, Judge judge) {
    this.settings = settings;
    this.judge = judge;
  }

  /**
   * Reads one sequence.
   *
   * @throws SQLException if the connection is lost
   */
  public Observation observe(Database database, Watched watched) throws SQLException {
    return observe(database, List.of(watched), () -> false, ObservationProgress.NONE).get(0);
  }

  /**
   * Reads many, in batches of up to 200 tables, each its own transaction.
   *
   * @param cancelled asked between batches; true ends the reading
   * @return one observation each, in order; fewer where cancelled
   * @throws SQLException if the connection is lost
   */
  public List<Observation> observe(
      Database database,
      List<Watched> watched,
      BooleanSupplier cancelled,
      ObservationProgress progress)
      throws SQLException {
    return observe(database, watched, Map.of(), cancelled, progress);
  }

  /**
   * The same, without reading marks that are known.
   *
   * @param known what was read before and holds but for the position, by the sequence's oid;
   *     nothing in it has a problem. Where the position is as before too, this very object is
   *     returned
   */
  List<Observation> observe(
      Database database,
      List<Watched> watched,
      Map<Long, Observation> known,
      BooleanSupplier cancelled,
      ObservationProgress progress)
      throws SQLException {
    List<Observation> observations = new ArrayList<>();
    BatchReader reader = new BatchReader(database, settings, cancelled);
    for (List<Observing> chunk : chunks(watched, known)) {
      boolean whole =
          reader.read(chunk, chunk.stream().flatMap(one -> one.marks().stream()).toList());
      if (whole) {
        List<Mark> within = chunk.stream().flatMap(one -> one.marksWithin(judge).stream()).toList();
        whole = reader.read(chunk, within);
      }
      if (!whole) {
        return observations;
      }
      chunk.forEach(one -> observations.add(one.observation()));
      progress.observed(observations.size(), watched.size());
    }
    return observations;
  }

  private static List<List<Observing>> chunks(List<Watched> watched, Map<Long, Observation> known) {
    List<List<Observing>> chunks = new ArrayList<>();
    List<Observing> chunk = new ArrayList<>();
    int weight = 0;
    for (Watched one : watched) {
      Optional<Observation> before = Optional.ofNullable(known.get(one.sequence().oid()));
      int more =
          before.isPresent()
              ? 0
              : one.sequence().columns().stream().mapToInt(Watched::weight).sum();
      if (!chunk.isEmpty() && (weight + more > TABLES || chunk.size() == SEQUENCES)) {
        chunks.add(chunk);
        chunk = new ArrayList<>();
        weight = 0;
      }
      chunk.add(new Observing(one, before));
      weight += more;
    }
    if (!chunk.isEmpty()) {
      chunks.add(chunk);
    }
    return chunks;
  }
}
