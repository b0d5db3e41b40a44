package io.seqwarden.drift;

import java.util.Locale;
import java.util.Objects;

/**
 * Why a sequence is in its state: a word for machines and a sentence for people.
 *
 * @param code the word
 * @param message the sentence: subject, cause, consequence and next step
 */
public record Reason(Code code, String message) {

  public Reason {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(message, "message");
  }

  /** The words. In JSON, metrics and text they are written in lower case. */
  public enum Code {
    /** Unreadable: a privilege is missing. */
    PRIVILEGE,
    /** Unreadable: row-level security would hide rows from the maximum. */
    ROW_SECURITY,
    /** Unreadable: no suitable index, and the table is too large to be scanned. */
    NO_INDEX,
    /** Unreadable: the reading took longer than {@code limits.statement-timeout}. */
    TIMEOUT,
    /** Unreadable: a lock was not to be had within {@code limits.lock-timeout}. */
    LOCK,
    /** Unreadable: the default is an expression around nextval, or its name is ambiguous. */
    DEFAULT_EXPRESSION,
    /** Unreadable: no value of the sequence fits the column, or the id is no 64-bit integer. */
    VALUE_RANGE,
    /** Unreadable: dropped or replaced between discovery and reading. */
    GONE,
    /** Behind: the next inserts fail with 23505. */
    COLLIDES,
    /** Behind: on a composite key, the next inserts fail for some keys. */
    COLLIDES_FOR_SOME_KEYS,
    /** Behind: with no unique index, the next inserts become silent duplicates. */
    SILENT_DUPLICATES,
    /** Refused: the sequence's policy forbids healing. */
    POLICY,
    /** Refused: after an advance no id would remain. */
    EXHAUSTED,
    /** An event's reason, no state's: ids were left out of the mark as outliers. */
    OUTLIER;

    /** The word as the API writes it, for example {@code row_security}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
