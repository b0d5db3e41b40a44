package io.seqwarden.catalog;

import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.Judge;
import io.seqwarden.drift.Observation;
import io.seqwarden.drift.Position;
import io.seqwarden.drift.Reading;
import io.seqwarden.drift.Reason;
import io.seqwarden.postgres.Database;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Reads marks and positions. Where a column's furthest id lies beyond the outlier bound, a second
 * reading finds the furthest within it. Thread-safe.
 */
public final class Observer {

  /** Trees of more tables are read leaf by leaf, since one statement locks them all. */
  private static final int LEAFWISE = 64;

  private final CatalogSettings settings;
  private final Judge judge;
  private final Batches batches;

  /** For one database's settings; {@code judge} tells what is an outlier. */
  public Observer(CatalogSettings settings, Judge judge) {
    this.settings = settings;
    this.judge = judge;
    this.batches =
        new Batches(
            settings.timeouts(),
            settings.scanUnindexed()
                ? Optional.empty()
                : Optional.of(settings.unindexedMaxPages()));
  }

  /**
   * Reads one sequence.
   *
   * @throws SQLException if the connection is lost
   */
  public Observation observe(Database database, Watched watched) throws SQLException {
    return observe(database, List.of(watched), () -> false, ObservationProgress.NONE).get(0);
  }

  /**
   * Reads many, in batches of up to 200 tables, each its own transaction.
   *
   * @param cancelled asked between batches; true ends the reading
   * @return one observation each, in order; fewer where cancelled
   * @throws SQLException if the connection is lost
   */
  public List<Observation> observe(
      Database database,
      List<Watched> watched,
      BooleanSupplier cancelled,
      ObservationProgress progress)
      throws SQLException {
    List<Observing> all = new ArrayList<>();
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < watched.size(); i++) {
      Observing observing = new Observing(watched.get(i));
      all.add(observing);
      List<Integer> readable = observing.readable();
      if (!readable.isEmpty()) {
        jobs.addAll(
            Job.of(i, watched.get(i), readable, Optional.empty(), LEAFWISE, Batches.MAX_TABLES));
      }
    }
    for (List<Job> batch : Batches.split(jobs)) {
      if (cancelled.getAsBoolean()) {
        return finished(all, batch.get(0).index());
      }
      List<Batches.Answer> answers = batches.read(database, batch);
      answers.forEach(answer -> all.get(answer.job().index()).take(answer));
      within(database, batch, all);
      progress.observed(batch.get(batch.size() - 1).index() + 1, watched.size());
    }
    return finished(all, watched.size());
  }

  private static List<Observation> finished(List<Observing> all, int count) {
    return IntStream.range(0, count).mapToObj(i -> all.get(i).observation()).toList();
  }

  /** The second reading, of what turned out to have outliers in this batch. */
  private void within(Database database, List<Job> batch, List<Observing> all) throws SQLException {
    List<Job> again = new ArrayList<>();
    batch.stream()
        .map(Job::index)
        .distinct()
        .forEach(index -> again.addAll(all.get(index).beyondBound(index)));
    for (List<Job> part : Batches.split(again)) {
      List<Batches.Answer> answers = batches.read(database, part);
      answers.forEach(answer -> all.get(answer.job().index()).takeWithin(answer));
    }
  }

  /** One sequence while it is read. Confined to the observing thread. */
  private final class Observing {
    private final Watched watched;
    private final BigInteger[] furthest;
    private final BigInteger[] within;
    private final boolean[] bounded;
    private final Reason[] problems;
    private Optional<Position> position = Optional.empty();

    @SuppressWarnings("NullAway") // Arrays of what is not read yet.
    Observing(Watched watched) {
      this.watched = watched;
      int count = watched.sequence().columns().size();
      this.furthest = new BigInteger[count];
      this.within = new BigInteger[count];
      this.bounded = new boolean[count];
      this.problems = new Reason[count];
      for (int i = 0; i < count; i++) {
        problems[i] = watched.sequence().columns().get(i).problem().orElse(null);
      }
    }

    List<Integer> readable() {
      return IntStream.range(0, problems.length).filter(i -> problems[i] == null).boxed().toList();
    }

    void take(Batches.Answer answer) {
      take(answer, furthest);
    }

    void takeWithin(Batches.Answer answer) {
      take(answer, within);
    }

    private void take(Batches.Answer answer, BigInteger[] into) {
      if (answer.problem().isPresent()) {
        answer.job().parts().forEach(part -> problems[part.column()] = answer.problem().get());
        return;
      }
      position = answer.position();
      for (int i = 0; i < answer.ids().size(); i++) {
        int column = answer.job().parts().get(i).column();
        String id = answer.ids().get(i);
        if (id.equals("!")) {
          FedColumn fed = watched.sequence().columns().get(column);
          problems[column] = Failures.tooLarge(fed, settings.unindexedMaxPages());
        } else if (!id.equals("-")) {
          into[column] = further(into[column], id(id));
        }
      }
    }

    private BigInteger further(BigInteger known, BigInteger id) {
      if (known == null) {
        return id;
      }
      return watched.sequence().descending() ? known.min(id) : known.max(id);
    }

    /** Jobs for the columns whose furthest id is an outlier; a tree's jobs may not be done yet. */
    List<Job> beyondBound(int index) {
      if (position.isEmpty()) {
        return List.of();
      }
      BigInteger bound = judge.outlierBound(watched.sequence(), position.get(), watched.policy());
      List<Integer> beyond = new ArrayList<>();
      for (int i = 0; i < furthest.length; i++) {
        if (furthest[i] != null && problems[i] == null && isBeyond(furthest[i], bound)) {
          bounded[i] = true;
          within[i] = null;
          beyond.add(i);
        }
      }
      return beyond.isEmpty()
          ? List.of()
          : Job.of(index, watched, beyond, Optional.of(bound), LEAFWISE, Batches.MAX_TABLES);
    }

    private boolean isBeyond(BigInteger id, BigInteger bound) {
      return watched.sequence().descending() ? id.compareTo(bound) < 0 : id.compareTo(bound) > 0;
    }

    Observation observation() {
      List<Reading> readings = new ArrayList<>();
      for (int i = 0; i < furthest.length; i++) {
        if (problems[i] != null) {
          readings.add(Reading.unreadable(problems[i]));
        } else if (furthest[i] == null) {
          readings.add(Reading.empty());
        } else {
          readings.add(
              bounded[i]
                  ? Reading.withOutlier(furthest[i], Optional.ofNullable(within[i]))
                  : Reading.of(furthest[i]));
        }
      }
      return position.isPresent()
          ? Observation.of(readings, position.get())
          : new Observation(readings, Optional.empty(), Optional.of(firstProblem()));
    }

    private Reason firstProblem() {
      for (Reason problem : problems) {
        if (problem != null) {
          return problem;
        }
      }
      throw new IllegalStateException(watched.sequence().name() + " was not read");
    }

    private BigInteger id(String text) {
      return switch (text) {
        case "NaN", "Infinity" -> ColumnTypes.BEYOND;
        case "-Infinity" -> ColumnTypes.BEYOND.negate();
        default -> new BigInteger(text);
      };
    }
  }
}
