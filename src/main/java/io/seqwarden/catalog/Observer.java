package io.seqwarden.catalog;

import io.seqwarden.drift.Judge;
import io.seqwarden.drift.Observation;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.ServerFacts;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
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

  /** Fewer chunks are read before a second connection would be of use. */
  private static final int HELPED_FROM = 4;

  /** What two transactions that read may take of a server's locks: a quarter. */
  private static final int SHARE_OF_LOCKS = 4;

  /** A helper asks nothing more for a chunk after so long: a sync may wait for its thread. */
  private static final Duration HELP = Duration.ofMillis(200);

  /** A statement of a helper is interrupted after so many times that. */
  private static final int INTERRUPTED_AFTER = 3;

  private final CatalogSettings settings;
  private final CatalogSettings briefly;
  private final Judge judge;
  private final Executor helpers;
  private final Duration help;

  /** For one database's settings; {@code judge} tells what is an outlier. */
  public Observer(CatalogSettings settings, Judge judge) {
    this(settings, judge, work -> {});
  }

  /**
   * One that is helped where there is much to read.
   *
   * @param helpers runs what helps when a thread of the database's has nothing else to do, at once,
   *     later or never
   */
  public Observer(CatalogSettings settings, Judge judge, Executor helpers) {
    this(settings, judge, helpers, HELP);
  }

  Observer(CatalogSettings settings, Judge judge, Executor helpers, Duration help) {
    this.settings = settings;
    this.briefly = settings.within(help.multipliedBy(INTERRUPTED_AFTER));
    this.judge = judge;
    this.helpers = helpers;
    this.help = help;
  }

  /** This one, or one that nobody helps where two would take too many of the server's locks. */
  Observer on(ServerFacts server) {
    return server.locks() >= 2L * SEQUENCES * SHARE_OF_LOCKS ? this : new Observer(settings, judge);
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
    Chunks chunks = new Chunks(chunks(watched, known));
    Helper helper = helper(database, chunks, known, cancelled);
    Runnable underWay = chunks.count() < HELPED_FROM ? () -> {} : helper::queue;
    BatchReader reader = BatchReader.thorough(database, settings, cancelled, underWay);
    try {
      for (OptionalInt at = chunks.takeFirst(); at.isPresent(); at = chunks.takeFirst()) {
        int chunk = at.getAsInt();
        Optional<List<Observation>> read = read(reader, chunks.get(chunk), known);
        if (read.isEmpty()) {
          return chunks.observations();
        }
        chunks.put(chunk, read.get());
        progress.observed(chunks.observed(), watched.size());
      }
      List<Observation> all = chunks.observations();
      if (chunks.wasHelped()) {
        progress.observed(all.size(), watched.size());
      }
      return all;
    } finally {
      chunks.close();
    }
  }

  /** Reads one chunk; empty where it was cancelled. */
  private Optional<List<Observation>> read(
      BatchReader reader, List<Watched> watched, Map<Long, Observation> known) throws SQLException {
    List<Observing> chunk =
        watched.stream()
            .map(one -> new Observing(one, Optional.ofNullable(known.get(one.sequence().oid()))))
            .toList();
    boolean whole =
        reader.read(chunk, chunk.stream().flatMap(one -> one.marks().stream()).toList())
            && reader.read(
                chunk, chunk.stream().flatMap(one -> one.marksWithin(judge).stream()).toList());
    return whole
        ? Optional.of(chunk.stream().map(Observing::observation).toList())
        : Optional.empty();
  }

  private Helper helper(
      Database database, Chunks chunks, Map<Long, Observation> known, BooleanSupplier cancelled) {
    return new Helper(
        database,
        chunks,
        helpers,
        (spare, chunk) -> {
          long begun = System.nanoTime();
          BooleanSupplier late = () -> System.nanoTime() - begun > help.toNanos();
          BatchReader reader =
              BatchReader.brief(
                  spare, briefly, () -> cancelled.getAsBoolean() || late.getAsBoolean());
          return read(reader, chunk, known);
        });
  }

  private static List<List<Watched>> chunks(List<Watched> watched, Map<Long, Observation> known) {
    List<List<Watched>> chunks = new ArrayList<>();
    List<Watched> chunk = new ArrayList<>();
    int weight = 0;
    for (Watched one : watched) {
      int more =
          known.containsKey(one.sequence().oid())
              ? 0
              : one.sequence().columns().stream().mapToInt(Watched::weight).sum();
      if (!chunk.isEmpty() && (weight + more > TABLES || chunk.size() == SEQUENCES)) {
        chunks.add(chunk);
        chunk = new ArrayList<>();
        weight = 0;
      }
      chunk.add(one);
      weight += more;
    }
    if (!chunk.isEmpty()) {
      chunks.add(chunk);
    }
    return chunks;
  }
}
