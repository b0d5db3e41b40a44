package io.seqwarden.sweep;

import io.seqwarden.catalog.Catalog;
import io.seqwarden.catalog.Watched;
import io.seqwarden.drift.FedColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the watched sequences of one catalog by the names that callers give. Immutable. */
final class CatalogIndex {

  private final Map<String, List<Watched>> bySequence = new HashMap<>();
  private final Map<String, List<Watched>> byTable = new HashMap<>();

  CatalogIndex(Catalog catalog) {
    for (Watched watched : catalog.sequences()) {
      add(bySequence, watched.sequence().name().quoted(), watched);
      tables(watched).forEach(table -> add(byTable, table, watched));
    }
  }

  /** Those of that name, quoted and with its schema: one or none. */
  List<Watched> sequence(String name) {
    return bySequence.getOrDefault(name, List.of());
  }

  /** Those that feed a table of that name, itself or as a part of a tree, in order. */
  List<Watched> feeding(String table) {
    return byTable.getOrDefault(table, List.of());
  }

  private static Set<String> tables(Watched watched) {
    Set<String> tables = new LinkedHashSet<>();
    for (FedColumn column : watched.sequence().columns()) {
      tables.add(column.table().quoted());
      column.members().forEach(member -> tables.add(member.table().quoted()));
    }
    return tables;
  }

  private static void add(Map<String, List<Watched>> index, String name, Watched watched) {
    // Most names have one, which a list of one holds in a quarter of the memory.
    index.merge(name, List.of(watched), CatalogIndex::joined);
  }

  private static List<Watched> joined(List<Watched> some, List<Watched> more) {
    List<Watched> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }
}
