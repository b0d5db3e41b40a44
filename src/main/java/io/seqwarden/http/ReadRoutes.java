package io.seqwarden.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.javalin.http.Context;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.State;
import io.seqwarden.drift.Warning;
import io.seqwarden.report.Journal;
import io.seqwarden.report.Journal.EventQuery;
import io.seqwarden.report.Journal.FindingQuery;
import io.seqwarden.report.Journal.Page;
import io.seqwarden.sweep.DatabaseWatch;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The API's GET routes. */
final class ReadRoutes {

  private static final int RECENT_EVENTS = 20;

  private final DatabaseWatch.All all;
  private final Watched watched;
  private final Journal journal;

  ReadRoutes(DatabaseWatch.All all, Journal journal) {
    this.all = all;
    this.watched = new Watched(all);
    this.journal = journal;
  }

  /** The answer to {@code GET /api/v1/databases}. */
  record DatabasesView(List<DatabaseView> databases) {}

  /** A page of findings; {@code next} is what to pass as {@code after}, null on the last page. */
  record FindingsView(List<FindingView> findings, @Nullable String next) {}

  /** A page of events, likewise. */
  record EventsView(List<EventView> events, @Nullable String next) {}

  /** One finding with the sequence's newest events. */
  record SequenceView(@JsonUnwrapped FindingView finding, List<EventView> events) {}

  void databases(Context ctx) {
    Query.of(ctx);
    Answers.json(ctx, new DatabasesView(all.databases().stream().map(this::view).toList()));
  }

  void sequences(Context ctx) {
    FindingQuery query = findingQuery(ctx, Optional.empty());
    Page<Finding> page = fromCursor(() -> journal.findings(query));
    Answers.json(
        ctx,
        new FindingsView(
            page.items().stream().map(FindingView::of).toList(), page.next().orElse(null)));
  }

  /**
   * The findings that the request asks for.
   *
   * @param fixedLimit the limit, where it is not the request's to choose
   */
  FindingQuery findingQuery(Context ctx, Optional<Integer> fixedLimit) {
    Query query =
        fixedLimit.isPresent()
            ? Query.of(ctx, "database", "state", "warning", "q", "after")
            : Query.of(ctx, "database", "state", "warning", "q", "limit", "after");
    return new FindingQuery(
        knownDatabase(query),
        query.word("state", State.values(), State::word),
        query.word("warning", Warning.values(), Warning::word),
        query.text("q"),
        fixedLimit.orElseGet(query::limit),
        query.text("after"));
  }

  /** The finding that the path names; where there is none a problem with status 404. */
  Finding finding(Context ctx) {
    String database = watched.fromPath(ctx).name();
    String name = QualifiedName.parse("sequence", ctx.pathParam("sequence"));
    return journal
        .finding(database, name)
        .orElseThrow(
            () ->
                Problem.of(
                        404,
                        ("No sequence %s was found in database %s. It is watched once it feeds"
                                + " a column of an included table and a sweep has seen it.")
                            .formatted(Text.quote(name), database))
                    .exception());
  }

  void sequence(Context ctx) {
    Query.of(ctx);
    Finding finding = finding(ctx);
    List<EventView> events =
        journal
            .events(
                new EventQuery(
                    Optional.of(finding.database()),
                    Optional.of(finding.sequence().name().quoted()),
                    RECENT_EVENTS,
                    Optional.empty()))
            .items()
            .stream()
            .map(EventView::of)
            .toList();
    Answers.json(ctx, new SequenceView(FindingView.of(finding), events));
  }

  void events(Context ctx) {
    Query query = Query.of(ctx, "database", "sequence", "limit", "after");
    EventQuery wanted =
        new EventQuery(
            knownDatabase(query),
            query.text("sequence").map(name -> QualifiedName.parse("sequence", name)),
            query.limit(),
            query.text("after"));
    Page<Event> page = fromCursor(() -> journal.events(wanted));
    Answers.json(
        ctx,
        new EventsView(
            page.items().stream().map(EventView::of).toList(), page.next().orElse(null)));
  }

  /** How a database stands and what its last sweep found. */
  DatabaseView view(DatabaseWatch watch) {
    return DatabaseView.of(
        watch.name(),
        watch.status(),
        journal.counts(watch.name()),
        journal.lastSweep(watch.name()));
  }

  private Optional<String> knownDatabase(Query query) {
    return query.text("database").map(name -> watched.named(name).name());
  }

  /** What {@code read} gives; a cursor that is none of the journal's is the client's mistake. */
  static <T> T fromCursor(Supplier<T> read) {
    try {
      return read.get();
    } catch (Journal.BadCursorException e) {
      throw Query.bad("after", "it is no 'next' of an earlier answer. Start without it.");
    }
  }
}
