package io.seqwarden.http;

import io.seqwarden.drift.Finding;
import io.seqwarden.drift.Position;
import io.seqwarden.drift.Reason;
import io.seqwarden.drift.Sequence;
import io.seqwarden.drift.State;
import io.seqwarden.drift.Verdict;
import io.seqwarden.drift.Warning;
import io.seqwarden.report.History;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** What the pages show of a sequence. */
final class SequenceRows {

  private static final int POINTS_SHOWN = 20;

  private SequenceRows() {}

  /**
   * A row.
   *
   * @param observed whether the database is only observed, or a standby
   */
  static StatusPage.SequenceRow row(
      Finding finding, OptionalDouble secondsLeft, boolean observed, Meanings meanings) {
    Verdict verdict = finding.verdict();
    String name = finding.sequence().name().quoted();
    return new StatusPage.SequenceRow(
        finding.database() + "/" + name,
        new StatusPage.Badge(Wording.spaced(verdict.state().word()), Wording.tone(verdict.state())),
        finding.database(),
        name,
        Links.sequence(finding.database(), name),
        finding.sequence().columns().stream()
            .map(c -> new StatusPage.Column(c.table().quoted() + "." + c.quotedName(), c.type()))
            .toList(),
        Wording.number(verdict.nextValue()),
        Wording.number(verdict.mark()),
        verdict.state() == State.UNREADABLE ? Wording.UNKNOWN : Wording.number(verdict.gap()),
        used(verdict, secondsLeft),
        verdict.warnings().stream().map(warning -> badge(warning, meanings)).toList(),
        finding.guarded(),
        verdict.reason().map(Reason::message),
        new StatusPage.Action(
            Links.sync(finding.database(), name), observed ? "Check now" : "Sync now"));
  }

  private static StatusPage.WarningBadge badge(Warning warning, Meanings meanings) {
    return new StatusPage.WarningBadge(
        Wording.spaced(warning.word()),
        meanings.of(warning).map(StatusPage.Meaning::link).orElse(Links.WARNINGS));
  }

  private static StatusPage.Used used(Verdict verdict, OptionalDouble secondsLeft) {
    return new StatusPage.Used(
        Optional.of(verdict.usedRatio()).filter(ratio -> !ratio.isNaN()),
        Wording.percent(verdict.usedRatio()),
        Wording.number(verdict.effectiveLimit()),
        Wording.left(secondsLeft));
  }

  /** Its reason's meaning, then those of its warnings. */
  static List<StatusPage.Meaning> meanings(Finding finding, Meanings meanings) {
    List<StatusPage.Meaning> told = new ArrayList<>();
    Verdict verdict = finding.verdict();
    verdict.reason().flatMap(r -> meanings.of(verdict.state(), r.code())).ifPresent(told::add);
    verdict.warnings().stream()
        .flatMap(warning -> meanings.of(warning).stream())
        .filter(meaning -> !told.contains(meaning))
        .forEach(told::add);
    return told;
  }

  /** What the row of the status page has no room for. */
  static List<SequencePage.Fact> facts(Finding finding) {
    Sequence sequence = finding.sequence();
    List<SequencePage.Fact> facts = new ArrayList<>();
    facts.add(fact("Last value", finding.verdict().position().map(SequenceRows::position)));
    facts.add(new SequencePage.Fact("Increment", Wording.number(sequence.increment())));
    facts.add(
        new SequencePage.Fact(
            "Bounds", Wording.number(sequence.min()) + " to " + Wording.number(sequence.max())));
    facts.add(
        new SequencePage.Fact(
            "Effective limit", Wording.number(finding.verdict().effectiveLimit())));
    facts.add(new SequencePage.Fact("Cache", Wording.number(sequence.cache())));
    facts.add(new SequencePage.Fact("Cycles", sequence.cycles() ? "yes" : "no"));
    facts.add(new SequencePage.Fact("Guard", finding.guarded() ? "on every fed table" : "none"));
    return facts;
  }

  private static SequencePage.Fact fact(String name, Optional<String> value) {
    return new SequencePage.Fact(name, value.orElse(Wording.UNKNOWN));
  }

  private static String position(Position position) {
    return Wording.number(position.lastValue()) + (position.isCalled() ? "" : ", not drawn yet");
  }

  /** What following the outlier would do; empty where there is none that is not followed. */
  static Optional<String> force(Finding finding) {
    if (!finding.verdict().warnings().contains(Warning.OUTLIER)) {
      return Optional.empty();
    }
    return Optional.of(
        ("An id in %s lies so far ahead that it does not count. Forcing moves the sequence past it,"
                + " and the ids between are lost: an advance is never taken back. If somebody"
                + " typed that id, remove its row instead.")
            .formatted(
                finding.sequence().columns().stream()
                    .map(column -> column.table().quoted() + "." + column.quotedName())
                    .collect(Collectors.joining(", "))));
  }

  /** The history as it is plotted; the last point is told again for when it was read last. */
  static SequencePage.Plot plot(History history, Instant now) {
    List<History.Point> points = new ArrayList<>(history.points());
    List<SequencePage.Point> shown =
        points.stream()
            .skip(Math.max(0, points.size() - POINTS_SHOWN))
            .map(point -> shown(point, now))
            .collect(Collectors.toCollection(ArrayList::new));
    Collections.reverse(shown);
    if (!points.isEmpty()) {
      History.Point last = points.get(points.size() - 1);
      if (history.until().isAfter(last.at())) {
        points.add(new History.Point(history.until(), last.lastValue(), last.mark()));
      }
    }
    String data =
        "[[%s],[%s],[%s]]"
            .formatted(
                joined(points, point -> Double.toString(point.at().toEpochMilli() / 1000.0)),
                joined(points, point -> Long.toString(point.lastValue())),
                joined(
                    points,
                    point ->
                        point.mark().isPresent()
                            ? Long.toString(point.mark().getAsLong())
                            : "null"));
    return new SequencePage.Plot(
        data, shown, points.stream().findFirst().map(point -> Wording.moment(point.at(), now)));
  }

  private static SequencePage.Point shown(History.Point point, Instant now) {
    return new SequencePage.Point(
        Wording.moment(point.at(), now),
        Wording.number(point.lastValue()),
        Wording.number(point.mark()));
  }

  private static String joined(
      List<History.Point> points, java.util.function.Function<History.Point, String> value) {
    return points.stream().map(value).collect(Collectors.joining(","));
  }
}
