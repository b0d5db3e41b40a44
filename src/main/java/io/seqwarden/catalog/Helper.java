package io.seqwarden.catalog;

import io.seqwarden.drift.Observation;
import io.seqwarden.postgres.Database;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads chunks beside the observing thread, on a thread and a connection that are idle. It takes
 * its turn for each chunk anew, so that a sync which asks for the same thread waits for one chunk
 * at most, and it is done with that within a bound: what is slow or fails it gives back, and helps
 * no more in this observation. One thread at a time runs it.
 */
final class Helper implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Helper.class);

  private final Database database;
  private final Chunks chunks;
  private final Executor executor;
  private final Reader reader;

  /** Reads one chunk. */
  @FunctionalInterface
  interface Reader {
    /** Reads it, or nothing where that takes too long. */
    Optional<List<Observation>> read(List<Watched> chunk) throws SQLException;
  }

  Helper(Database database, Chunks chunks, Executor executor, Reader reader) {
    this.database = database;
    this.chunks = chunks;
    this.executor = executor;
    this.reader = reader;
  }

  /** Waits for its turn. */
  void queue() {
    try {
      executor.execute(this);
    } catch (RejectedExecutionException closing) {
      LOG.debug("{} takes no more work", database.name(), closing);
    }
  }

  @Override
  public void run() {
    OptionalInt chunk = database.hasSpareConnection() ? chunks.takeLast() : OptionalInt.empty();
    if (chunk.isEmpty()) {
      return;
    }
    Optional<List<Observation>> read = Optional.empty();
    try {
      read = reader.read(chunks.get(chunk.getAsInt()));
    } catch (SQLException e) {
      LOG.debug("{}: what the helper read failed, and is read again", database.name(), e);
    } finally {
      // Whatever was thrown: the observing thread waits for it.
      read.ifPresentOrElse(chunks::putLast, chunks::giveBack);
    }
    if (read.isPresent()) {
      queue();
    }
  }
}
