package io.seqwarden.http;

import io.seqwarden.drift.State;
import io.seqwarden.drift.Warning;
import io.seqwarden.report.Journal.FindingQuery;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

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

  String link() {
    return link(Optional.empty());
  }

  /** The link to the page of sequences that begins after {@code cursor}. */
  String after(String cursor) {
    return link(Optional.of(cursor));
  }

  private String link(Optional<String> after) {
    List<String> pairs = new ArrayList<>();
    database.ifPresent(name -> pairs.add("database=" + Links.parameter(name)));
    state.ifPresent(s -> pairs.add("state=" + s.word()));
    warning.ifPresent(w -> pairs.add("warning=" + w.word()));
    q.ifPresent(text -> pairs.add("q=" + Links.parameter(text)));
    after.ifPresent(cursor -> pairs.add("after=" + Links.parameter(cursor)));
    return pairs.isEmpty() ? "/" : "/?" + String.join("&", pairs);
  }

  /** Whether it leaves anything out. */
  boolean narrows() {
    return database.isPresent() || state.isPresent() || warning.isPresent() || q.isPresent();
  }

  /** What can be chosen, and what is. */
  StatusPage.Filters filters(List<String> databases) {
    return new StatusPage.Filters(
        databases.stream()
            .map(name -> new StatusPage.Option(name, name, database.equals(Optional.of(name))))
            .toList(),
        options(worstFirst(), State::word, state),
        options(List.of(Warning.values()), Warning::word, warning),
        q.orElse(""),
        narrows());
  }

  private static List<State> worstFirst() {
    List<State> states = new ArrayList<>(List.of(State.values()));
    Collections.reverse(states);
    return states;
  }

  private static <T> List<StatusPage.Option> options(
      List<T> values, Function<T, String> word, Optional<T> chosen) {
    return values.stream()
        .map(
            value ->
                new StatusPage.Option(
                    word.apply(value),
                    Wording.spaced(word.apply(value)),
                    chosen.equals(Optional.of(value))))
        .toList();
  }
}
