package io.seqwarden.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.report.History.Point;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** What is kept of a sequence's past, and how much of it. */
class TracksTest {

  private static Instant at(int seconds) {
    return Reports.START.plusSeconds(seconds);
  }

  private static Point point(int seconds, long lastValue, long mark) {
    return new Point(at(seconds), lastValue, OptionalLong.of(mark));
  }

  private static History history(Tracks tracks, String sequence) {
    return tracks.track("app", sequence).orElseThrow().history();
  }

  @Test
  void onlyChangesAreKept() {
    Tracks tracks = new Tracks(100);
    tracks.observe(Reports.finding("a", 10, 5), at(0));
    tracks.observe(Reports.finding("a", 10, 5), at(30));
    tracks.observe(Reports.finding("a", 10, 20), at(60));
    tracks.observe(Reports.finding("a", 20, 20), at(61));
    tracks.observe(Reports.finding("a", 20, 20), at(90));

    assertThat(history(tracks, "public.a_id_seq"))
        .isEqualTo(
            new History(List.of(point(0, 10, 5), point(60, 10, 20), point(61, 20, 20)), at(90)));
    assertThat(tracks.points()).isEqualTo(3);
  }

  @Test
  void fullTrackReachesBackAndIsDenseWhereItIsRecent() {
    Tracks tracks = new Tracks(1_000);
    for (int i = 1; i <= 1_000; i++) {
      tracks.observe(Reports.finding("a", i, 1), at(i));
    }

    List<Point> points = history(tracks, "public.a_id_seq").points();
    assertThat(points).hasSizeBetween(Track.MAX_POINTS / 2, Track.MAX_POINTS);
    assertThat(points).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
    assertThat(points.get(0)).isEqualTo(point(1, 1, 1));
    assertThat(points.subList(points.size() - 30, points.size()).get(0))
        .isEqualTo(point(971, 971, 1));
    assertThat(tracks.points()).isEqualTo(points.size());
  }

  @Test
  void allTogetherAreBoundedButForTheFirstPointsOfEach() {
    Tracks tracks = new Tracks(100);
    for (int i = 1; i <= 200; i++) {
      tracks.observe(Reports.finding("busy", i, 1), at(i));
    }
    for (int i = 1; i <= 50; i++) {
      for (int sequence = 0; sequence < 20; sequence++) {
        tracks.observe(Reports.finding("s" + sequence, i, 1), at(200 + i));
      }
    }

    assertThat(tracks.points()).isLessThanOrEqualTo(100 + 20 * Track.MIN_POINTS);
    assertThat(history(tracks, "public.s19_id_seq").points())
        .hasSizeLessThanOrEqualTo(Track.MIN_POINTS)
        .endsWith(point(250, 50, 1));
  }

  @Test
  void whatIsGoneIsForgotten() {
    Tracks tracks = new Tracks(100);
    tracks.observe(Reports.finding("a", 1, 1), at(0));
    tracks.observe(Reports.finding("b", 1, 1), at(0));
    tracks.swept("app", List.of(Reports.finding("b", 2, 1)), Set.of("public.b_id_seq"), at(1));

    assertThat(tracks.track("app", "public.a_id_seq")).isEmpty();
    assertThat(tracks.points()).isEqualTo(2);
  }

  @Test
  void timeLeftIsWhatTheMetricTells() {
    Tracks tracks = new Tracks(100);
    SequenceSeries series = new SequenceSeries(() -> 10);
    for (int minute = 0; minute < 5; minute++) {
      var finding = Reports.finding("a", 1_000L * minute, 1);
      tracks.observe(finding, at(60 * minute));
      series.swept(List.of(finding), at(60 * minute));
    }
    var finding = Reports.finding("a", 4_000, 1);

    assertThat(tracks.track("app", "public.a_id_seq").orElseThrow().secondsLeft(finding))
        .isEqualTo(series.view(at(60 * 5)).shown().get(0).secondsLeft())
        .hasValueCloseTo(996.0 * 60, Percentage.withPercentage(1));
  }
}
