package io.seqwarden.promises;

import io.seqwarden.sweep.Sweeping;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * One way in which a sequence and the ids of its column drift apart, and what becomes of it. Built
 * by its own methods, once, in {@link DriftCatalogue}.
 *
 * <p>What a default insert gets is told as text: the id, or the SQLSTATE that it fails with.
 */
final class Drift {

  /** What makes the drift. */
  @FunctionalInterface
  interface Step {
    /** Runs in {@code session}, and may sweep. */
    void run(Connection session, Sweeping sweeping) throws Exception;
  }

  /** What seqwarden does about a drift. */
  enum Outcome {
    /** The guard advances the sequence before the ids are committed. */
    PREVENTED("prevented"),
    /** The next sweep advances the sequence. */
    HEALED("next sweep"),
    /** It is said and nothing is moved. */
    REPORTED("reported"),
    /** It looks like drift and is none. */
    NONE("no drift");

    private final String words;

    Outcome(String words) {
      this.words = words;
    }
  }

  /**
   * What becomes of a drift.
   *
   * @param next what the first default insert gets afterwards
   * @param events the sources of the events that are left, with the reasons of refusals
   */
  record Expected(Outcome outcome, String next, List<String> events) {
    Expected {
      events = List.copyOf(events);
    }

    private static Expected of(Outcome outcome, String next) {
      return switch (outcome) {
        case PREVENTED -> new Expected(outcome, next, List.of("guard"));
        case HEALED -> new Expected(outcome, next, List.of("sweep"));
        default -> new Expected(outcome, next, List.of());
      };
    }

    private String cell() {
      return outcome.words + (next.isEmpty() ? "" : ", `" + next + "`");
    }
  }

  /** The head of the table in {@code docs/drift.md}. */
  static final String HEADER =
      "| case | with the guard | without it | what a sweep sees | until then | events | test |";

  private final String title;
  private final List<String> given;
  private int since;
  private Step step = (session, sweeping) -> {};
  private String table = "public.ticket";
  private String insert = "insert into ticket default values returning id";
  private String explicit = "insert into ticket (id) values (%d)";
  private Expected guarded = Expected.of(Outcome.NONE, "");
  private Expected unguarded = guarded;
  private String seen = "behind: collides";
  private String meanwhile = "23505";
  private String test = "DriftCatalogueTest";

  private Drift(String title, List<String> given) {
    this.title = title;
    this.given = given;
  }

  /**
   * A drift of table {@code ticket}.
   *
   * @param title names it, here and in {@code docs/drift.md}
   * @param given makes the tables, and what is in them before the first sweep
   */
  static Drift drift(String title, String... given) {
    return new Drift(title, List.of(given));
  }

  /** The first PostgreSQL major that has it. */
  Drift since(int major) {
    since = major;
    return this;
  }

  /** Statements that make the drift, in one session, each in a transaction of its own. */
  Drift when(String... statements) {
    return when((session, sweeping) -> execute(session, List.of(statements)));
  }

  Drift when(Step drifting) {
    step = drifting;
    return this;
  }

  /**
   * Where the step leaves the ids, if that is not {@code public.ticket}.
   *
   * @param left the table, {@code schema.name}
   * @param byDefault an insert of a default id, which it returns
   * @param ofAnId an insert of the id {@code %d}
   */
  Drift into(String left, String byDefault, String ofAnId) {
    table = left;
    insert = byDefault;
    explicit = ofAnId;
    return this;
  }

  /** The guard prevents it, and without one the next sweep heals it: to the same id. */
  Drift prevented(String next) {
    return outcomes(Outcome.PREVENTED, next, Outcome.HEALED, next);
  }

  /** The same, to different ids. */
  Drift prevented(String nextWithTheGuard, String nextWithoutIt) {
    return outcomes(Outcome.PREVENTED, nextWithTheGuard, Outcome.HEALED, nextWithoutIt);
  }

  /** No guard sees it, and the next sweep heals it. */
  Drift healed(String next) {
    return outcomes(Outcome.HEALED, next, Outcome.HEALED, next);
  }

  private Drift outcomes(Outcome with, String nextWith, Outcome without, String nextWithout) {
    guarded = Expected.of(with, nextWith);
    unguarded = Expected.of(without, nextWithout);
    return this;
  }

  /** Said and not moved; with these events where there is a guard, and where there is none. */
  Drift reported(String next, List<String> withTheGuard, List<String> withoutIt) {
    guarded = new Expected(Outcome.REPORTED, next, withTheGuard);
    unguarded = new Expected(Outcome.REPORTED, next, withoutIt);
    return this;
  }

  /** Nothing is wrong. */
  Drift none(String nextWithTheGuard, String nextWithoutIt) {
    return outcomes(Outcome.NONE, nextWithTheGuard, Outcome.NONE, nextWithoutIt).seen("in_sync");
  }

  /** The events that are left where there is a guard, if they are others than its one. */
  Drift guardedEvents(String... events) {
    guarded = new Expected(guarded.outcome(), guarded.next(), List.of(events));
    return this;
  }

  /**
   * It moves {@code is_called} alone, which an event, of {@code last_value}, has nothing to say of.
   */
  Drift unseenByEvents() {
    guarded = new Expected(guarded.outcome(), guarded.next(), List.of());
    unguarded = new Expected(unguarded.outcome(), unguarded.next(), List.of());
    return this;
  }

  /**
   * What a sweep that changes nothing says before anything was repaired: state: reason; warnings.
   */
  Drift seen(String said) {
    seen = said;
    return this;
  }

  /**
   * What a default insert gets until a sweep has healed it, if that is not 23505. Empty: it is not
   * tried, since by failing once it would heal the drift.
   */
  Drift meanwhile(String got) {
    meanwhile = got;
    return this;
  }

  /** Which test runs it. */
  Drift test(String name) {
    test = name;
    return this;
  }

  int since() {
    return since;
  }

  List<String> given() {
    return given;
  }

  void run(Connection session, Sweeping sweeping) throws Exception {
    step.run(session, sweeping);
  }

  String table() {
    return table;
  }

  String insert() {
    return insert;
  }

  String explicit(long id) {
    return explicit.formatted(id);
  }

  Expected guarded() {
    return guarded;
  }

  Expected unguarded() {
    return unguarded;
  }

  String seen() {
    return seen;
  }

  String meanwhile() {
    return meanwhile;
  }

  /** What is said once it was prevented or healed: in sync, and the same warnings. */
  String seenAtLast() {
    if (unguarded.outcome() != Outcome.HEALED) {
      return seen;
    }
    int warnings = seen.indexOf(';');
    return "in_sync" + (warnings < 0 ? "" : seen.substring(warnings));
  }

  /** Its row of {@code docs/drift.md}. */
  String row() {
    return "| %s | %s | %s | %s | %s | %s | `%s` |"
        .formatted(
            since > 0 ? "%s (PostgreSQL %d)".formatted(title, since) : title,
            guarded.cell(),
            unguarded.cell(),
            code(seen),
            unguarded.outcome() == Outcome.HEALED && !meanwhile.isEmpty() ? code(meanwhile) : "-",
            events(guarded) + " / " + events(unguarded),
            test);
  }

  private static String events(Expected expected) {
    return expected.events().isEmpty() ? "none" : code(String.join(" + ", expected.events()));
  }

  private static String code(String words) {
    return words.replaceAll("\\w+", "`$0`");
  }

  static void execute(Connection session, List<String> statements) throws SQLException {
    try (Statement statement = session.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Override
  public String toString() {
    return title;
  }
}
