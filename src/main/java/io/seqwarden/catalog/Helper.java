package io.seqwarden.catalog;

import io.seqwarden.drift.Observation;
import io.seqwarden.postgres.Database;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads chunks beside the observing thread, on a thread and a connection that are idle. It queues
 * for each chunk anew, so that a sync which asks for the same thread comes in between. Where there
 * is no connection to spare it waits to be queued again; what is slow or fails it gives back, and
 * helps no more in this observation. Thread-safe; one thread at a time runs it.
 */
final class Helper implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Helper.class);

  /** So often without a connection to spare, there is none. */
  private static final int PATIENCE = 5;

  private final Database database;
  private final Chunks chunks;
  private final Executor executor;
  private final Reader reader;
  private final AtomicReference<Doing> doing = new AtomicReference<>(Doing.NOTHING);

  /** How often there was no connection; of the thread that runs it. */
  private int inVain;

  private enum Doing {
    NOTHING,
    QUEUED,
    DONE
  }

  /** Reads one chunk. */
  @FunctionalInterface
  interface Reader {
    /** Reads it, or nothing where that takes too long. */
    Optional<List<Observation>> read(Database spare, List<Watched> chunk) throws SQLException;
  }

  Helper(Database database, Chunks chunks, Executor executor, Reader reader) {
    this.database = database;
    this.chunks = chunks;
    this.executor = executor;
    this.reader = reader;
  }

  /** Queues for a thread, unless it does or helps no more. */
  void queue() {
    if (doing.compareAndSet(Doing.NOTHING, Doing.QUEUED)) {
      try {
        executor.execute(this);
      } catch (RejectedExecutionException closing) {
        doing.set(Doing.DONE);
        LOG.debug("{} takes no more work", database.name(), closing);
      }
    }
  }

  @Override
  public void run() {
    Optional<Database> spare = database.spare();
    if (spare.isEmpty()) {
      inVain++;
      doing.set(inVain < PATIENCE ? Doing.NOTHING : Doing.DONE);
      return;
    }
    OptionalInt chunk = chunks.takeLast();
    boolean goesOn = chunk.isPresent() && helps(spare.get(), chunk.getAsInt());
    doing.set(goesOn ? Doing.NOTHING : Doing.DONE);
    if (goesOn) {
      queue();
    }
  }

  private boolean helps(Database spare, int chunk) {
    Optional<List<Observation>> read = Optional.empty();
    try {
      read = reader.read(spare, chunks.get(chunk));
    } catch (SQLException e) {
      LOG.debug("{}: what a helper could not read is read again", database.name(), e);
    } finally {
      // Whatever was thrown: the observing thread waits for it.
      if (read.isPresent()) {
        chunks.putLast(chunk, read.get());
      } else {
        chunks.giveBack(chunk);
      }
    }
    return read.isPresent();
  }
}
