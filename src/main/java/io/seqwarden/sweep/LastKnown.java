package io.seqwarden.sweep;

import io.seqwarden.catalog.Catalog;
import io.seqwarden.repair.Installation;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What is known of one database by its passes, and by syncs that discovered. Thread-safe. */
final class LastKnown {

  private final Stages stages;
  private final AtomicReference<@Nullable Known> last = new AtomicReference<>();

  LastKnown(Stages stages) {
    this.stages = stages;
  }

  /** A pass found this. */
  void passed(Catalog catalog, Installation.Status installed) {
    last.set(new Known(catalog, installed, last.get()));
  }

  /**
   * What is known; discovered now where nothing is, and kept, since the first pass may install
   * guards for a long time.
   */
  Known known() throws SQLException {
    Known known = last.get();
    if (known != null) {
      return known;
    }
    Catalog catalog = stages.discovery().discover(stages.database());
    return kept(null, new Known(catalog, stages.installation().status(catalog.sequences()), null));
  }

  /**
   * What is known once it was compared with the catalogs as they are now, and discovered again if
   * they changed. A pass that ended meanwhile does not do for that: it may have read them before.
   */
  Known renewed() throws SQLException {
    Known known = known();
    Catalog catalog = stages.discovery().discover(stages.database(), known.catalog());
    return catalog.version().equals(known.catalog().version())
        ? known
        : kept(known, new Known(catalog, known.installed(), null));
  }

  /** A pass that ended meanwhile knows what is installed, too, and stays. */
  private Known kept(@Nullable Known before, Known found) {
    last.compareAndSet(before, found);
    return found;
  }
}
