package io.seqwarden.catalog;

import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.Judge;
import io.seqwarden.drift.Observation;
import io.seqwarden.drift.Position;
import io.seqwarden.drift.Reading;
import io.seqwarden.drift.Reason;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One sequence while it is read. Confined to the thread that reads it. */
final class Observing {

  private final Watched watched;
  private final List<Column> columns = new ArrayList<>();
  private final @Nullable Observation known;
  private int pending;
  private @Nullable Position position;
  private @Nullable Reason problem;

  /**
   * Begins to read a sequence.
   *
   * @param known what was read of it before and holds but for the position; empty: all is to be
   *     read
   */
  Observing(Watched watched, Optional<Observation> known) {
    this.watched = watched;
    this.known = known.orElse(null);
    watched.sequence().columns().forEach(fed -> columns.add(new Column(fed)));
    // The furthest id within the outlier bound is not taken along: the bound moves.
    known.ifPresent(
        before -> {
          for (int i = 0; i < columns.size(); i++) {
            columns.get(i).furthest = before.readings().get(i).furthest().orElse(null);
          }
        });
  }

  /** A fed column, and what is known of it so far. */
  private static final class Column {
    private final FedColumn fed;
    private @Nullable Reason problem;
    private @Nullable BigInteger furthest;
    private @Nullable BigInteger within;
    private boolean bounded;

    Column(FedColumn fed) {
      this.fed = fed;
      this.problem = fed.problem().orElse(null);
    }

    Reading reading() {
      if (problem != null) {
        return Reading.unreadable(problem);
      }
      if (furthest == null) {
        return Reading.empty();
      }
      return bounded
          ? Reading.withOutlier(furthest, Optional.ofNullable(within))
          : Reading.of(furthest);
    }
  }

  Watched watched() {
    return watched;
  }

  FedColumn column(int index) {
    return columns.get(index).fed;
  }

  /** How many marks are still to be read before the position may be. */
  int pending() {
    return pending;
  }

  /** Whether the position was read, or failed to be. */
  boolean hasPosition() {
    return position != null || problem != null;
  }

  /** The first reading: of every column that nothing speaks against, unless known already. */
  List<Mark> marks() {
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (known == null && columns.get(i).problem == null) {
        marks.addAll(Mark.of(this, i, Optional.empty()));
      }
    }
    pending = marks.size();
    return marks;
  }

  /** The second reading: of the columns whose furthest id is an outlier, without the outliers. */
  List<Mark> marksWithin(Judge judge) {
    if (position == null || isAsKnown()) {
      return List.of();
    }
    BigInteger bound = judge.outlierBound(watched.sequence(), position, watched.policy());
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      if (column.problem == null && column.furthest != null && isBeyond(column.furthest, bound)) {
        column.bounded = true;
        marks.addAll(Mark.of(this, i, Optional.of(bound)));
      }
    }
    if (!marks.isEmpty()) {
      pending = marks.size();
      position = null;
    }
    return marks;
  }

  private boolean isAsKnown() {
    return known != null && known.position().filter(at -> at.equals(position)).isPresent();
  }

  private boolean isBeyond(BigInteger id, BigInteger bound) {
    return descending() ? id.compareTo(bound) < 0 : id.compareTo(bound) > 0;
  }

  private boolean descending() {
    return watched.sequence().descending();
  }

  /** A mark was read, and there was no id. */
  void takeNone() {
    pending--;
  }

  /**
   * A mark was read.
   *
   * @throws NumberFormatException if it is no number; nothing is taken then
   */
  void take(Mark mark, String text) {
    BigInteger id = id(text);
    pending--;
    Column column = columns.get(mark.column());
    if (column.bounded) {
      column.within = further(column.within, id);
    } else {
      column.furthest = further(column.furthest, id);
    }
  }

  private BigInteger further(@Nullable BigInteger known, BigInteger id) {
    if (known == null) {
      return id;
    }
    return descending() ? known.min(id) : known.max(id);
  }

  /**
   * What is no number is further than every number, whichever way the sequence counts. A fraction
   * is rounded here where the column had none when it was discovered.
   */
  private BigInteger id(String text) {
    return switch (text) {
      case "NaN" -> descending() ? ColumnTypes.BEYOND.negate() : ColumnTypes.BEYOND;
      case "Infinity" -> ColumnTypes.BEYOND;
      case "-Infinity" -> ColumnTypes.BEYOND.negate();
      default ->
          new BigDecimal(text)
              .setScale(0, descending() ? RoundingMode.CEILING : RoundingMode.FLOOR)
              .toBigIntegerExact();
    };
  }

  /** A mark could not be read. */
  void fail(Mark mark, Reason reason) {
    pending--;
    columns.get(mark.column()).problem = reason;
  }

  /** The position was read. */
  void take(Position read) {
    position = read;
    problem = null;
  }

  /** The position could not be read. What discovery said of the same cause says more. */
  void fail(Reason reason) {
    position = null;
    problem =
        columns.stream()
            .flatMap(column -> column.fed.problem().stream())
            .filter(known -> known.code() == reason.code())
            .findFirst()
            .orElse(reason);
  }

  /** What was read, the same object where all is as known; only once {@link #hasPosition}. */
  Observation observation() {
    if (known != null && isAsKnown()) {
      return known;
    }
    List<Reading> readings = columns.stream().map(Column::reading).toList();
    return new Observation(readings, Optional.ofNullable(position), Optional.ofNullable(problem));
  }
}
