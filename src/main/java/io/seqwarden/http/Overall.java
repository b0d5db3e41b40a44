package io.seqwarden.http;

import io.seqwarden.drift.State;
import io.seqwarden.drift.Warning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The verdict over everything.
 *
 * @param tone how bad it is
 * @param headline what matters most
 * @param sentences the rest
 */
record Overall(StatusPage.Tone tone, String headline, List<String> sentences) {

  /** Warnings of what will go wrong; the others tell of how a table was made. */
  private static final Map<Warning, String> EARLY =
      new TreeMap<>(
          Map.of(
              Warning.EXHAUSTING, "Near the end of the ids",
              Warning.OUTLIER, "With an id so far ahead that it was not followed",
              Warning.GUARD_MISSING, "Without the guard that was asked for"));

  /**
   * The verdict.
   *
   * @param stalled why the scheduler makes no progress; empty where it does
   * @param warned how many sequences carry a warning; those left out carry none
   */
  static Overall of(
      List<DatabaseView> databases, Optional<String> stalled, Map<Warning, Long> warned) {
    long total =
        databases.stream().flatMap(d -> d.counts().values().stream()).mapToLong(n -> n).sum();
    List<Sentence> sentences = new ArrayList<>();
    stalled.ifPresent(
        why ->
            sentences.add(
                new Sentence(
                    StatusPage.Tone.BAD, "What stands here is old, no sweep runs: " + why)));
    long broken = count(databases, State.BEHIND) + count(databases, State.REFUSED);
    if (broken > 0) {
      sentences.add(
          new Sentence(
              StatusPage.Tone.BAD,
              "%s of %s %s behind: the next inserts collide."
                  .formatted(
                      Wording.number(broken), sequences(total), broken == 1 ? "is" : "are")));
    }
    databases.stream()
        .filter(d -> !d.up() && d.problem() != null)
        .map(d -> new Sentence(StatusPage.Tone.BAD, "Database " + d.name() + " is unreachable."))
        .forEach(sentences::add);
    long unreadable = count(databases, State.UNREADABLE);
    if (unreadable > 0) {
      sentences.add(
          new Sentence(
              StatusPage.Tone.WARN,
              "%s of %s could not be judged."
                  .formatted(Wording.number(unreadable), sequences(total))));
    }
    EARLY.forEach(
        (warning, what) -> {
          long number = warned.getOrDefault(warning, 0L);
          if (number > 0) {
            sentences.add(
                new Sentence(
                    StatusPage.Tone.WARN, what + ": " + Wording.counted(number, "sequence") + "."));
          }
        });
    databases.stream()
        .filter(DatabaseView::paused)
        .map(d -> new Sentence(StatusPage.Tone.WARN, "Database " + d.name() + " is paused."))
        .forEach(sentences::add);
    databases.stream()
        .filter(d -> d.lastSweep() == null && d.problem() == null)
        .map(
            d ->
                new Sentence(
                    StatusPage.Tone.IDLE, "The first sweep of " + d.name() + " is awaited."))
        .forEach(sentences::add);
    if (sentences.isEmpty()) {
      sentences.add(allWell(total));
    }
    return new Overall(
        sentences.get(0).tone(),
        sentences.get(0).text(),
        sentences.stream().skip(1).map(Sentence::text).toList());
  }

  /** The warnings that it tells of. */
  static Set<Warning> earlyWarnings() {
    return EARLY.keySet();
  }

  private record Sentence(StatusPage.Tone tone, String text) {}

  private static Sentence allWell(long total) {
    return total == 0
        ? new Sentence(StatusPage.Tone.IDLE, "No sequence that feeds a column was found.")
        : new Sentence(
            StatusPage.Tone.GOOD,
            total == 1
                ? "The one sequence is in sync."
                : "All " + sequences(total) + " are in sync.");
  }

  private static long count(List<DatabaseView> databases, State state) {
    return databases.stream().mapToLong(d -> d.counts().getOrDefault(state.word(), 0L)).sum();
  }

  private static String sequences(long total) {
    return Wording.counted(total, "sequence");
  }
}
