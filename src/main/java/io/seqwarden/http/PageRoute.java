package io.seqwarden.http;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Warning;
import io.seqwarden.report.Journal;
import io.seqwarden.report.Journal.EventQuery;
import io.seqwarden.report.Journal.FindingQuery;
import io.seqwarden.report.Journal.Page;
import io.seqwarden.sweep.DatabaseWatch;
import io.seqwarden.sweep.SweepReport;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/** The pages for people: gathers what they show and has templates write them. Thread-safe. */
final class PageRoute {

  private static final int SEQUENCES_SHOWN = 100;
  private static final int EVENTS_SHOWN = 30;
  private static final int FIRST_CHARS = 64 * 1024;

  private final DatabaseWatch.All all;
  private final Journal journal;
  private final ReadRoutes reads;
  private final Supplier<Access.Posting> posting;
  private final Clock clock;
  private final TemplateEngine templates = TemplateEngine.createPrecompiled(ContentType.Html);

  /** Read when the first page is asked for; a daemon without visitors does without. */
  private volatile @Nullable Meanings meanings;

  /**
   * Pages over what {@code journal} knows.
   *
   * @param posting what the pages' buttons have to send along; a new configuration may change it
   */
  PageRoute(
      DatabaseWatch.All all,
      Journal journal,
      ReadRoutes reads,
      Supplier<Access.Posting> posting,
      Clock clock) {
    this.all = all;
    this.journal = journal;
    this.reads = reads;
    this.posting = posting;
    this.clock = clock;
  }

  void page(Context ctx) {
    FindingQuery query = reads.findingQuery(ctx, Optional.of(SEQUENCES_SHOWN));
    render(ctx, "status.jte", page(query));
  }

  void sequence(Context ctx) {
    Query.of(ctx);
    Finding finding = reads.finding(ctx);
    render(
        ctx,
        "sequence.jte",
        page(finding, ctx.req().getScheme() + "://" + ctx.header(Header.HOST)));
  }

  void warnings(Context ctx) {
    Query.of(ctx);
    render(ctx, "warnings.jte", new WarningsPage(shell("warnings"), meanings().html()));
  }

  /** Writes {@code problem} as a page where a person's browser asked for one. */
  void explain(Problem problem, Context ctx) {
    String accept = ctx.header(Header.ACCEPT);
    if (accept != null && accept.contains("text/html") && Links.isPage(ctx.path())) {
      String title = HttpStatus.getMessage(problem.status());
      render(
          ctx,
          "problem.jte",
          new ProblemPage(shell(title), title, problem.detail(), problem.status() == 401));
    }
  }

  private void render(Context ctx, String template, Object page) {
    StringOutput html = new StringOutput(FIRST_CHARS);
    templates.render(template, page, html);
    ctx.contentType("text/html; charset=utf-8").result(html.toString());
  }

  private Meanings meanings() {
    Meanings known = meanings;
    if (known == null) {
      known = Meanings.load();
      meanings = known;
    }
    return known;
  }

  private StatusPage.Shell shell(String title) {
    return new StatusPage.Shell(
        "seqwarden: " + title, Wording.inFull(clock.instant()), Text.lower(posting.get().name()));
  }

  private StatusPage page(FindingQuery query) {
    Instant now = clock.instant();
    Selection selection = Selection.of(query);
    List<DatabaseView> databases = all.databases().stream().map(reads::view).toList();
    Page<Finding> findings = ReadRoutes.fromCursor(() -> journal.findings(query));
    Overall overall = Overall.of(databases, all.stalled(), warned());
    Set<String> observed = observed();
    return new StatusPage(
        shell(overall.headline()),
        overall.tone(),
        overall.headline(),
        overall.sentences(),
        databases.stream().map(view -> DatabaseRows.row(view, now)).toList(),
        selection.filters(all.databases().stream().map(DatabaseWatch::name).toList()),
        Wording.counted(journal.count(query), "sequence"),
        findings.items().stream().map(finding -> row(finding, observed)).toList(),
        query.after().map(after -> selection.link()),
        findings.next().map(selection::after),
        events(query.database(), Optional.empty(), now));
  }

  private Map<Warning, Long> warned() {
    Map<Warning, Long> warned = new EnumMap<>(Warning.class);
    for (Warning warning : Overall.earlyWarnings()) {
      warned.put(
          warning,
          journal.count(
              new FindingQuery(
                  Optional.empty(),
                  Optional.empty(),
                  Optional.of(warning),
                  Optional.empty(),
                  1,
                  Optional.empty())));
    }
    return warned;
  }

  /** The databases that nothing is written to. */
  private Set<String> observed() {
    return all.databases().stream()
        .filter(
            watch ->
                watch.status().observeOnly()
                    || watch.status().role().equals(Optional.of(SweepReport.Role.STANDBY)))
        .map(DatabaseWatch::name)
        .collect(Collectors.toSet());
  }

  private StatusPage.SequenceRow row(Finding finding, Set<String> observed) {
    return SequenceRows.row(
        finding, journal.secondsLeft(finding), observed.contains(finding.database()), meanings());
  }

  private SequencePage page(Finding finding, String origin) {
    Instant now = clock.instant();
    String name = finding.sequence().name().quoted();
    StatusPage.SequenceRow row = row(finding, observed());
    return new SequencePage(
        shell(name + " is " + row.state().word()),
        row,
        SequenceRows.facts(finding),
        SequenceRows.force(finding),
        "curl -X POST -H \"Authorization: Bearer $TOKEN\" '%s'"
            .formatted(origin + row.action().path()),
        SequenceRows.meanings(finding, meanings()),
        SequenceRows.plot(journal.history(finding.database(), name), now),
        events(Optional.of(finding.database()), Optional.of(name), now));
  }

  private List<StatusPage.EventRow> events(
      Optional<String> database, Optional<String> sequence, Instant now) {
    return journal
        .events(new EventQuery(database, sequence, EVENTS_SHOWN, Optional.empty()))
        .items()
        .stream()
        .map(event -> row(event, now))
        .toList();
  }

  private static StatusPage.EventRow row(Event event, Instant now) {
    return new StatusPage.EventRow(
        Wording.moment(event.at(), now),
        event.database(),
        event.sequence(),
        Links.sequence(event.database(), event.sequence()),
        event.source().word(),
        Wording.number(event.before()),
        Wording.number(event.after()),
        Wording.number(event.mark()),
        event.refusal().map(code -> Wording.spaced(code.word())),
        event.role().equals("none")
            ? event.sessionUser()
            : event.sessionUser() + " as " + event.role(),
        event.applicationName() + event.clientAddr().map(address -> " at " + address).orElse(""));
  }
}
