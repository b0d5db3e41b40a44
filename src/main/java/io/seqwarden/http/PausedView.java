package io.seqwarden.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * The answer to a pause.
 *
 * @param database how the database stands now
 * @param notice what a pause is and is not
 */
public record PausedView(@JsonUnwrapped DatabaseView database, String notice) {

  static final String NOTICE =
      "No sweeps, no syncs and no advances by this seqwarden; what is under way ends at its next"
          + " step. Guards in the database go on. A restart of seqwarden ends the pause.";
}
