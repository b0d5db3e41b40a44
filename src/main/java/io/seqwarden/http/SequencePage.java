package io.seqwarden.http;

import java.util.List;
import java.util.Optional;

/**
 * What the page of one sequence shows, ready to be written. Public for the template alone.
 *
 * @param shell what stands around it
 * @param row what the status page shows of it
 * @param facts names and values, in the order in which they are shown
 * @param force what following an outlier would do, as a question; empty where there is none
 * @param curl the command that does what the button does
 * @param meanings what its reason and its warnings mean, the reason first
 * @param plot the history
 * @param events newest first
 */
public record SequencePage(
    StatusPage.Shell shell,
    StatusPage.SequenceRow row,
    List<Fact> facts,
    Optional<String> force,
    String curl,
    List<StatusPage.Meaning> meanings,
    Plot plot,
    List<StatusPage.EventRow> events) {

  /** A name and its value. */
  public record Fact(String name, String value) {}

  /**
   * The history.
   *
   * @param data three JSON arrays of one length in one: seconds since 1970, last values, marks
   * @param points the newest points, newest first
   * @param since when it begins; empty where nothing was read yet
   */
  public record Plot(String data, List<Point> points, Optional<StatusPage.Moment> since) {}

  /** What was read at one time. */
  public record Point(StatusPage.Moment at, String lastValue, String mark) {}
}
