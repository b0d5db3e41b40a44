package io.seqwarden.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.Finding;
import io.seqwarden.drift.State;
import io.seqwarden.report.Journal.EventQuery;
import io.seqwarden.report.Journal.FindingQuery;
import io.seqwarden.sweep.SweepReport.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the journal keeps, in which order, and for how long. */
class InMemoryJournalTest {

  private final Reports.SettableClock clock = new Reports.SettableClock();
  private final InMemoryJournal journal = new InMemoryJournal(Duration.ofDays(1), 5, clock);

  private static FindingQuery findings(int limit, Optional<String> after) {
    return new FindingQuery(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), limit, after);
  }

  private static EventQuery events(int limit, Optional<String> after) {
    return new EventQuery(Optional.empty(), Optional.empty(), limit, after);
  }

  private static List<String> names(List<Finding> findings) {
    return findings.stream().map(finding -> finding.sequence().name().name()).toList();
  }

  @Test
  void findingsComeWorstFirstAPageAtATime() {
    journal.swept(
        Reports.report(
            Outcome.OK,
            List.of(
                Reports.finding("a", 10, 1),
                Reports.finding("b", 10, 20),
                Reports.finding("c", 10, 90)),
            List.of()));

    Journal.Page<Finding> first = journal.findings(findings(2, Optional.empty()));
    Journal.Page<Finding> second = journal.findings(findings(2, first.next()));

    assertThat(names(first.items())).containsExactly("c_id_seq", "b_id_seq");
    assertThat(names(second.items())).containsExactly("a_id_seq");
    assertThat(second.next()).isEmpty();
    assertThat(journal.counts("app"))
        .containsEntry(State.BEHIND, 2L)
        .containsEntry(State.IN_SYNC, 1L)
        .containsEntry(State.REFUSED, 0L);
  }

  @Test
  void aFailedOrSkippedSweepKeepsWhatIsKnown() {
    journal.swept(Reports.report(Outcome.OK, List.of(Reports.finding("a", 10, 1)), List.of()));
    journal.swept(Reports.report(Outcome.FAILED, List.of(), List.of()));
    journal.swept(Reports.report(Outcome.SKIPPED, List.of(), List.of()));

    assertThat(journal.finding("app", "public.a_id_seq")).isPresent();
    assertThat(journal.lastSweep("app").orElseThrow().outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void aSyncReplacesItsFinding() {
    journal.swept(Reports.report(Outcome.OK, List.of(Reports.finding("a", 10, 20)), List.of()));

    journal.synced(Reports.finding("a", 20, 20), List.of());

    assertThat(journal.counts("app")).containsEntry(State.IN_SYNC, 1L);
  }

  @Test
  void eventsAreBoundedAndNewestFirst() {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      events.add(Reports.event(Reports.START.plusSeconds(i), "public.s" + i, Optional.empty()));
    }
    journal.recorded("app", events);

    Journal.Page<Event> first = journal.events(events(3, Optional.empty()));
    Journal.Page<Event> second = journal.events(events(3, first.next()));

    assertThat(first.items())
        .extracting(Event::sequence)
        .containsExactly("public.s7", "public.s6", "public.s5");
    assertThat(second.items())
        .extracting(Event::sequence)
        .containsExactly("public.s4", "public.s3");
    clock.advance(Duration.ofDays(2));
    journal.recorded("app", List.of());
    assertThat(journal.events(events(3, Optional.empty())).items()).isEmpty();
  }

  @Test
  void eventsOfADatabaseThatIsNoLongerWatchedAgeLikeOthers() {
    journal.recorded(
        "removed", List.of(Reports.event(clock.instant(), "public.a_id_seq", Optional.empty())));
    journal.forget("removed");
    assertThat(journal.events(events(10, Optional.empty())).items()).hasSize(1);

    clock.advance(Duration.ofDays(2));
    journal.swept(Reports.report(Outcome.OK, List.of(), List.of()));

    assertThat(journal.events(events(10, Optional.empty())).items()).isEmpty();
  }

  @Test
  void foreignCursorsAreRefused() {
    assertThatThrownBy(() -> journal.findings(findings(2, Optional.of("nonsense"))))
        .isInstanceOf(Journal.BadCursorException.class)
        .hasMessageStartingWith("after=nonsense is no cursor of this journal");
    assertThatThrownBy(() -> journal.events(events(2, Optional.of("nonsense"))))
        .isInstanceOf(Journal.BadCursorException.class);
  }

  @Test
  void pagesFollowOnEachOtherAlthoughTheirLastSequenceIsHealedMeanwhile() {
    journal.swept(
        Reports.report(
            Outcome.OK,
            List.of(
                Reports.finding("a", 10, 90),
                Reports.finding("b", 10, 60),
                Reports.finding("c", 10, 30),
                Reports.finding("d", 10, 1)),
            List.of()));
    Journal.Page<Finding> first = journal.findings(findings(2, Optional.empty()));

    journal.synced(Reports.finding("b", 60, 60), List.of());

    assertThat(names(first.items())).containsExactly("a_id_seq", "b_id_seq");
    assertThat(names(journal.findings(findings(9, first.next())).items()))
        .containsExactly("c_id_seq", "b_id_seq", "d_id_seq");
  }

  @Test
  void pagesFollowOnEachOtherAlthoughTheirLastSequenceIsDroppedMeanwhile() {
    Finding a = Reports.finding("a", 10, 1);
    Finding b = Reports.finding("b", 10, 1);
    Finding c = Reports.finding("c", 10, 1);
    journal.swept(Reports.report(Outcome.OK, List.of(a, b, c), List.of()));
    Journal.Page<Finding> first = journal.findings(findings(2, Optional.empty()));

    journal.swept(Reports.report(Outcome.OK, List.of(a, c), List.of()));

    assertThat(names(journal.findings(findings(2, first.next())).items()))
        .containsExactly("c_id_seq");
  }

  @Test
  void syncsKeepTheOrderThatSortingGives() {
    Random random = new Random(20260301);
    List<Finding> swept = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      swept.add(Reports.finding("t" + i, 10, 1 + random.nextInt(40)));
    }
    journal.swept(Reports.report(Outcome.OK, swept, List.of()));
    for (int i = 0; i < 500; i++) {
      int one = random.nextInt(swept.size());
      swept.set(one, Reports.finding("t" + one, 10, 1 + random.nextInt(40)));
      journal.findings(findings(1, Optional.empty()));
      journal.synced(swept.get(one), List.of());
    }
    InMemoryJournal sorted = new InMemoryJournal(Duration.ofDays(1), 5, clock);
    sorted.swept(Reports.report(Outcome.OK, swept, List.of()));

    assertThat(journal.findings(findings(10_000, Optional.empty())))
        .isEqualTo(sorted.findings(findings(10_000, Optional.empty())));
  }

  @Test
  void whatAGuardDidBeforeASweepIsListedBehindItAlthoughItIsHeardOfLater() {
    Event bySweep = Reports.event(Reports.START.plusSeconds(20), "public.swept", Optional.empty());
    Event byGuard =
        Reports.event(Reports.START.plusSeconds(10), "public.guarded", Optional.empty());
    journal.swept(Reports.report(Outcome.OK, List.of(), List.of(bySweep)));
    journal.recorded("app", List.of(byGuard));

    assertThat(journal.events(events(9, Optional.empty())).items())
        .containsExactly(bySweep, byGuard);
  }

  @Test
  void aCursorOfEventsIsNoneOfFindings() {
    journal.recorded(
        "app",
        List.of(
            Reports.event(Reports.START, "public.a", Optional.empty()),
            Reports.event(Reports.START, "public.b", Optional.empty())));
    String next = journal.events(events(1, Optional.empty())).next().orElseThrow();

    assertThatThrownBy(() -> journal.findings(findings(2, Optional.of(next))))
        .isInstanceOf(Journal.BadCursorException.class)
        .hasMessageStartingWith("after=" + next + " is no cursor of this journal");
  }
}
