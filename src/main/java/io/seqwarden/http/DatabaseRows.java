package io.seqwarden.http;

import io.seqwarden.drift.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rows of the page's table of databases. */
final class DatabaseRows {

  private DatabaseRows() {}

  static StatusPage.DatabaseRow row(DatabaseView view, Instant now) {
    Selection own = Selection.EVERYTHING.withDatabase(view.name());
    return new StatusPage.DatabaseRow(
        view.name(),
        own.link(),
        state(view, now),
        Optional.ofNullable(view.role()).orElse(Wording.UNKNOWN),
        view.mode(),
        Optional.ofNullable(view.lastSweep()).map(then -> Wording.moment(then, now)),
        Optional.ofNullable(view.nextSweep())
            .filter(then -> !view.paused())
            .map(then -> Wording.moment(then, now)),
        counts(view, own),
        problems(view),
        Links.sweep(view.name()));
  }

  private static StatusPage.Badge state(DatabaseView view, Instant now) {
    if (view.paused()) {
      String until =
          Optional.ofNullable(view.pausedUntil())
              .map(then -> ", resumes " + Wording.moment(then, now).ago())
              .orElse("");
      return new StatusPage.Badge("paused" + until, StatusPage.Tone.WARN);
    }
    if (view.up()) {
      return new StatusPage.Badge("up", StatusPage.Tone.GOOD);
    }
    return view.problem() == null
        ? new StatusPage.Badge("connecting", StatusPage.Tone.IDLE)
        : new StatusPage.Badge("down", StatusPage.Tone.BAD);
  }

  /** In sync always, the other states where there are any; worst last, as the states are. */
  private static List<StatusPage.Count> counts(DatabaseView view, Selection own) {
    return Arrays.stream(State.values())
        .filter(state -> state == State.IN_SYNC || number(view, state) > 0)
        .map(
            state ->
                new StatusPage.Count(
                    Wording.spaced(state.word()),
                    number(view, state),
                    number(view, state) > 0 ? Wording.tone(state) : StatusPage.Tone.IDLE,
                    own.withState(Optional.of(state)).link()))
        .toList();
  }

  private static long number(DatabaseView view, State state) {
    return view.counts().getOrDefault(state.word(), 0L);
  }

  private static List<String> problems(DatabaseView view) {
    Set<String> problems = new LinkedHashSet<>();
    Optional.ofNullable(view.problem()).ifPresent(problems::add);
    problems.addAll(view.problems());
    return new ArrayList<>(problems);
  }
}
