package io.seqwarden.http;

import java.util.List;
import java.util.Optional;

/**
 * What the status page shows, ready to be written: every text is plain and is escaped by the
 * template. Public for the template alone.
 *
 * @param tone of the headline
 * @param headline the overall verdict, a sentence
 * @param sentences what else there is to say
 * @param asOf when the page was made
 * @param databases one row a database
 * @param filters links to other selections of sequences
 * @param search what a search form keeps of the selection
 * @param sequences worst first
 * @param nextLink to the next page of sequences
 * @param events newest first
 */
public record StatusPage(
    Tone tone,
    String headline,
    List<String> sentences,
    Moment asOf,
    List<DatabaseRow> databases,
    List<Filter> filters,
    Search search,
    List<SequenceRow> sequences,
    Optional<String> nextLink,
    List<EventRow> events) {

  /** How something is to be taken; the style sheet knows each word as a class. */
  public enum Tone {
    /** As it should be. */
    GOOD,
    /** Worth a look. */
    WARN,
    /** Somebody has to act. */
    BAD,
    /** Not known yet, or switched off. */
    IDLE;

    /** The class in the style sheet. */
    public String css() {
      return Text.lower(name());
    }
  }

  /**
   * A point in time.
   *
   * @param ago as told to people
   * @param iso in full, ISO-8601 in UTC
   */
  public record Moment(String ago, String iso) {}

  /** A word in a coloured frame. */
  public record Badge(String word, Tone tone) {}

  /**
   * A number of sequences in one state.
   *
   * @param link to the sequences
   */
  public record Count(String word, long number, Tone tone, String link) {}

  /** One database. */
  public record DatabaseRow(
      String name,
      String link,
      Badge state,
      String role,
      String mode,
      Optional<Moment> lastSweep,
      Optional<Moment> nextSweep,
      List<Count> counts,
      List<String> problems) {}

  /**
   * A link to another selection.
   *
   * @param current whether it is the one shown
   */
  public record Filter(String word, String link, boolean current) {}

  /** What the search form sends along; empty where nothing is selected. */
  public record Search(String database, String state, String warning, String q) {

    /** Whether anything narrows what is shown. */
    public boolean narrows() {
      return !(database + state + warning + q).isEmpty();
    }
  }

  /** A fed column with its table. */
  public record Column(String name, String type) {}

  /**
   * One sequence.
   *
   * @param used 0 to 1; empty where unknown
   * @param usedText the same in percent
   * @param usedTone whether that is much
   */
  public record SequenceRow(
      Badge state,
      String database,
      String name,
      List<Column> columns,
      String next,
      String mark,
      String gap,
      Optional<Double> used,
      String usedText,
      Tone usedTone,
      List<String> warnings,
      boolean guarded,
      Optional<String> reason) {}

  /** One event. */
  public record EventRow(
      Moment at,
      String database,
      String sequence,
      String source,
      String before,
      String after,
      String mark,
      Optional<String> refusal,
      String who,
      String from) {}
}
