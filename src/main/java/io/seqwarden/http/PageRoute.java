package io.seqwarden.http;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.javalin.http.Context;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Reason;
import io.seqwarden.drift.State;
import io.seqwarden.drift.Verdict;
import io.seqwarden.drift.Warning;
import io.seqwarden.report.Journal;
import io.seqwarden.report.Journal.EventQuery;
import io.seqwarden.report.Journal.FindingQuery;
import io.seqwarden.report.Journal.Page;
import io.seqwarden.sweep.DatabaseWatch;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The status page: gathers what it shows and has the template write it. */
final class PageRoute {

  private static final int SEQUENCES_SHOWN = 100;
  private static final int EVENTS_SHOWN = 30;

  private final DatabaseWatch.All all;
  private final Journal journal;
  private final ReadRoutes reads;
  private final Clock clock;
  private final TemplateEngine templates = TemplateEngine.createPrecompiled(ContentType.Html);

  PageRoute(DatabaseWatch.All all, Journal journal, ReadRoutes reads, Clock clock) {
    this.all = all;
    this.journal = journal;
    this.reads = reads;
    this.clock = clock;
  }

  void page(Context ctx) {
    FindingQuery query = reads.findingQuery(ctx, Optional.of(SEQUENCES_SHOWN));
    StringOutput html = new StringOutput(64 * 1024);
    templates.render("status.jte", page(query), html);
    ctx.contentType("text/html; charset=utf-8").result(html.toString());
  }

  private StatusPage page(FindingQuery query) {
    Instant now = clock.instant();
    Selection selection = Selection.of(query);
    List<DatabaseView> databases = all.databases().stream().map(reads::view).toList();
    Page<Finding> findings = ReadRoutes.fromCursor(() -> journal.findings(query));
    Page<Event> events =
        journal.events(
            new EventQuery(query.database(), Optional.empty(), EVENTS_SHOWN, Optional.empty()));
    Overall overall = Overall.of(databases);
    return new StatusPage(
        overall.tone(),
        overall.headline(),
        overall.sentences(),
        Wording.inFull(now),
        databases.stream().map(view -> DatabaseRows.row(view, now)).toList(),
        selection.filters(),
        selection.search(),
        findings.items().stream().map(PageRoute::row).toList(),
        findings.next().map(selection::after),
        events.items().stream().map(event -> row(event, now)).toList());
  }

  private static StatusPage.SequenceRow row(Finding finding) {
    Verdict verdict = finding.verdict();
    return new StatusPage.SequenceRow(
        new StatusPage.Badge(Wording.spaced(verdict.state().word()), Wording.tone(verdict.state())),
        finding.database(),
        finding.sequence().name().quoted(),
        finding.sequence().columns().stream()
            .map(c -> new StatusPage.Column(c.table().quoted() + "." + c.quotedName(), c.type()))
            .toList(),
        Wording.number(verdict.nextValue()),
        Wording.number(verdict.mark()),
        verdict.state() == State.UNREADABLE
            ? Wording.UNKNOWN
            : Wording.number(BigInteger.valueOf(verdict.gap())),
        Optional.of(verdict.usedRatio()).filter(ratio -> !ratio.isNaN()),
        Wording.percent(verdict.usedRatio()),
        verdict.warnings().contains(Warning.EXHAUSTING)
            ? StatusPage.Tone.WARN
            : StatusPage.Tone.GOOD,
        verdict.warnings().stream().map(Warning::word).map(Wording::spaced).toList(),
        finding.guarded(),
        verdict.reason().map(Reason::message));
  }

  private static StatusPage.EventRow row(Event event, Instant now) {
    return new StatusPage.EventRow(
        Wording.moment(event.at(), now),
        event.database(),
        event.sequence(),
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
