package io.seqwarden.http;

import io.seqwarden.drift.State;
import java.util.ArrayList;
import java.util.List;

/**
 * The verdict over everything.
 *
 * @param tone how bad it is
 * @param headline what matters most
 * @param sentences the rest
 */
record Overall(StatusPage.Tone tone, String headline, List<String> sentences) {

  static Overall of(List<DatabaseView> databases) {
    long total =
        databases.stream().flatMap(d -> d.counts().values().stream()).mapToLong(n -> n).sum();
    List<Sentence> sentences = new ArrayList<>();
    long broken = count(databases, State.BEHIND) + count(databases, State.REFUSED);
    if (broken > 0) {
      sentences.add(
          new Sentence(
              StatusPage.Tone.BAD,
              "%d of %s %s behind: the next inserts collide."
                  .formatted(broken, sequences(total), broken == 1 ? "is" : "are")));
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
              "%d of %s could not be judged.".formatted(unreadable, sequences(total))));
    }
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

  private record Sentence(StatusPage.Tone tone, String text) {}

  private static Sentence allWell(long total) {
    return total == 0
        ? new Sentence(StatusPage.Tone.IDLE, "No sequence that feeds a column was found.")
        : new Sentence(
            StatusPage.Tone.GOOD,
            total == 1
                ? "The one sequence is in sync."
                : "All " + total + " sequences are in sync.");
  }

  private static long count(List<DatabaseView> databases, State state) {
    return databases.stream().mapToLong(d -> d.counts().getOrDefault(state.word(), 0L)).sum();
  }

  private static String sequences(long total) {
    return total == 1 ? "1 sequence" : total + " sequences";
  }
}
