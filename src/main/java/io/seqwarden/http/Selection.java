package io.seqwarden.http;

import io.seqwarden.drift.State;
import io.seqwarden.drift.Warning;
import io.seqwarden.report.Journal.FindingQuery;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which sequences the page shows, and the links that lead to others. */
record Selection(
    Optional<String> database,
    Optional<State> state,
    Optional<Warning> warning,
    Optional<String> q) {

  static final Selection EVERYTHING =
      new Selection(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  static Selection of(FindingQuery query) {
    return new Selection(query.database(), query.state(), query.warning(), query.q());
  }

  Selection withDatabase(String name) {
    return new Selection(Optional.of(name), state, warning, q);
  }

  Selection withState(Optional<State> other) {
    return new Selection(database, other, warning, q);
  }

  private Selection withWarning(Optional<Warning> other) {
    return new Selection(database, state, other, q);
  }

  String link() {
    return link(Optional.empty());
  }

  /** The link to the page of sequences that begins after {@code cursor}. */
  String after(String cursor) {
    return link(Optional.of(cursor));
  }

  private String link(Optional<String> after) {
    List<String> pairs = new ArrayList<>();
    database.ifPresent(name -> pairs.add("database=" + encode(name)));
    state.ifPresent(s -> pairs.add("state=" + s.word()));
    warning.ifPresent(w -> pairs.add("warning=" + w.word()));
    q.ifPresent(text -> pairs.add("q=" + encode(text)));
    after.ifPresent(cursor -> pairs.add("after=" + encode(cursor)));
    return pairs.isEmpty() ? "/" : "/?" + String.join("&", pairs);
  }

  /** Links to all and to each state, worst first, then to the warning that is selected. */
  List<StatusPage.Filter> filters() {
    List<StatusPage.Filter> filters = new ArrayList<>();
    Selection states = withWarning(Optional.empty());
    filters.add(
        new StatusPage.Filter(
            "all",
            EVERYTHING.link(),
            state.isEmpty() && warning.isEmpty() && q.isEmpty() && database.isEmpty()));
    database.ifPresent(
        name ->
            filters.add(
                new StatusPage.Filter(
                    name, EVERYTHING.withDatabase(name).link(), state.isEmpty())));
    State[] all = State.values();
    for (int i = all.length - 1; i >= 0; i--) {
      Optional<State> one = Optional.of(all[i]);
      filters.add(
          new StatusPage.Filter(
              Wording.spaced(all[i].word()), states.withState(one).link(), state.equals(one)));
    }
    return filters;
  }

  StatusPage.Search search() {
    return new StatusPage.Search(
        database.orElse(""),
        state.map(State::word).orElse(""),
        warning.map(Warning::word).orElse(""),
        q.orElse(""));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
