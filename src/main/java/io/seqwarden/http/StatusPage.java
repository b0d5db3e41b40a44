package io.seqwarden.http;

import java.util.List;
import java.util.Optional;

/**
 * What the status page shows, ready to be written: every text is plain and is escaped by the
 * template. Public for the templates alone, as all in here.
 *
 * @param shell what stands around it
 * @param tone of the headline
 * @param headline the overall verdict, a sentence
 * @param sentences what else there is to say
 * @param databases one row a database
 * @param filters what the sequences can be narrowed to, and to what they are
 * @param total how many sequences match, in words
 * @param sequences worst first, at most a page of them
 * @param firstLink to the first page of sequences; empty on it
 * @param nextLink to the next page of sequences; empty on the last
 * @param events newest first
 */
public record StatusPage(
    Shell shell,
    Tone tone,
    String headline,
    List<String> sentences,
    List<DatabaseRow> databases,
    Filters filters,
    String total,
    List<SequenceRow> sequences,
    Optional<String> firstLink,
    Optional<String> nextLink,
    List<EventRow> events) {

  /**
   * What every page has.
   *
   * @param title of the window
   * @param asOf when the page was made
   * @param posting what a POST takes: open, token or closed
   */
  public record Shell(String title, Moment asOf, String posting) {}

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

    /** A sign beside the word, for who cannot tell the colours apart. */
    public String sign() {
      return switch (this) {
        case GOOD -> "✓";
        case WARN -> "!";
        case BAD -> "✕";
        case IDLE -> "…";
      };
    }

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

  /**
   * One database.
   *
   * @param sweepAction what to POST to for a sweep
   */
  public record DatabaseRow(
      String name,
      String link,
      Badge state,
      String role,
      String mode,
      Optional<Moment> lastSweep,
      Optional<Moment> nextSweep,
      List<Count> counts,
      List<String> problems,
      String sweepAction) {}

  /** One of a filter's values. */
  public record Option(String value, String word, boolean chosen) {}

  /**
   * The form of filters.
   *
   * @param narrows whether any is set
   */
  public record Filters(
      List<Option> databases,
      List<Option> states,
      List<Option> warnings,
      String q,
      boolean narrows) {}

  /** A fed column with its table. */
  public record Column(String name, String type) {}

  /**
   * How much of the ids is used.
   *
   * @param ratio 0 to 1; empty where unknown
   * @param percent the same in words
   * @param limit the effective limit
   * @param timeLeft until it is reached, in words
   */
  public record Used(Optional<Double> ratio, String percent, String limit, String timeLeft) {}

  /**
   * What can be done about a sequence.
   *
   * @param path what to POST to
   * @param verb what stands on the button: a database that is only observed is only checked
   */
  public record Action(String path, String verb) {}

  /** A warning and the link to what it means. */
  public record WarningBadge(String word, String link) {}

  /**
   * One sequence.
   *
   * @param key unlike that of any other row
   * @param link to its page
   */
  public record SequenceRow(
      String key,
      Badge state,
      String database,
      String name,
      String link,
      List<Column> columns,
      String next,
      String mark,
      String gap,
      Used used,
      List<WarningBadge> warnings,
      boolean guarded,
      Optional<String> reason,
      Action action) {}

  /**
   * What a warning or a reason means.
   *
   * @param word the word
   * @param link to the whole text
   * @param why it matters, as HTML of our own
   * @param whatToDo likewise; empty where the reason says it
   */
  public record Meaning(String word, String link, String why, String whatToDo) {}

  /**
   * One event.
   *
   * @param link to the sequence's page
   * @param who the user, and the role where another was set
   * @param from the application and the address
   */
  public record EventRow(
      Moment at,
      String database,
      String sequence,
      String link,
      String source,
      String before,
      String after,
      String mark,
      Optional<String> refusal,
      String who,
      String from) {}
}
