package io.seqwarden.catalog;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.seqwarden.drift.Bounds;
import io.seqwarden.drift.FedColumn;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one entry of a batch reads: some columns of a sequence, and then its position.
 *
 * @param index the sequence's index among those observed
 * @param watched the sequence
 * @param parts what is read
 * @param bound the outlier bound up to which ids count; empty: all do
 */
record Job(int index, Watched watched, List<Part> parts, Optional<BigInteger> bound) {

  Job {
    parts = List.copyOf(parts);
  }

  /**
   * One reading.
   *
   * @param column the index of the fed column
   * @param table the oid of the table to read
   * @param only whether without what inherits from it
   * @param weight how many tables it locks
   */
  record Part(int column, long table, boolean only, int weight) {}

  int weight() {
    return 1 + parts.stream().mapToInt(Part::weight).sum();
  }

  FedColumn column(Part part) {
    return watched.sequence().columns().get(part.column());
  }

  /** Jobs for one sequence, each of at most {@code most} tables; large trees are read by leaf. */
  static List<Job> of(
      int index,
      Watched watched,
      List<Integer> columns,
      Optional<BigInteger> bound,
      int leafwise,
      int most) {
    List<Job> jobs = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    int weight = 0;
    for (int column : columns) {
      for (Part part : parts(watched.sequence().columns().get(column), column, leafwise)) {
        if (weight + part.weight() > most && !parts.isEmpty()) {
          jobs.add(new Job(index, watched, parts, bound));
          parts.clear();
          weight = 0;
        }
        parts.add(part);
        weight += part.weight();
      }
    }
    jobs.add(new Job(index, watched, parts, bound));
    return jobs;
  }

  private static List<Part> parts(FedColumn column, int index, int leafwise) {
    int members = Math.max(1, column.members().size());
    if (members <= leafwise) {
      return List.of(new Part(index, column.tableOid(), false, members));
    }
    return column.members().stream()
        .filter(member -> !member.partitioned())
        .map(member -> new Part(index, member.oid(), true, 1))
        .toList();
  }

  /** As observe.sql reads it. */
  ObjectNode toJson(Optional<Integer> maxPagesUnindexed) {
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    boolean down = watched.sequence().descending();
    entry.put("s", watched.sequence().oid());
    entry.put("d", down);
    ArrayNode columns = entry.putArray("c");
    for (Part part : parts) {
      FedColumn column = column(part);
      ObjectNode node = columns.addObject();
      node.put("t", part.table());
      node.put("a", column.name());
      node.put("n", !INTEGERS.contains(column.type()));
      node.put("o", part.only());
      lowest(down).ifPresent(id -> node.put("l", id.toString()));
      highest(down).ifPresent(id -> node.put("h", id.toString()));
      if (!column.indexed()) {
        maxPagesUnindexed.ifPresent(pages -> node.put("p", pages));
      }
    }
    return entry;
  }

  private static final List<String> INTEGERS = List.of("smallint", "integer", "bigint");

  private Optional<BigInteger> lowest(boolean down) {
    Optional<BigInteger> share = watched.policy().range().map(Bounds::lowest);
    return down ? bound.map(b -> share.map(b::max).orElse(b)).or(() -> share) : share;
  }

  private Optional<BigInteger> highest(boolean down) {
    Optional<BigInteger> share = watched.policy().range().map(Bounds::highest);
    return down ? share : bound.map(b -> share.map(b::min).orElse(b)).or(() -> share);
  }
}
