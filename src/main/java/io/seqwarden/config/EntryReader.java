package io.seqwarden.config;

import io.seqwarden.catalog.CatalogSettings;
import io.seqwarden.drift.Bounds;
import io.seqwarden.drift.Policy;
import java.util.List;
import java.util.Optional;

/** One element of {@code sequences}: what discovery cannot see, or a policy for one sequence. */
final class EntryReader {
  private static final String EXPECTED =
      "a block such as { table = \"public.ticket\", column = \"id\" }";
  private static final String RANGE = "two ids, the lower first, such as [1, 1000000]";

  private EntryReader() {}

  /** Reads one element; empty where it has a problem. */
  static Optional<CatalogSettings.Explicit> read(Setting setting) {
    return setting.block(EXPECTED).map(block -> entry(setting, block));
  }

  private static CatalogSettings.Explicit entry(Setting setting, Block block) {
    Optional<Setting> tableSetting = block.optional("table");
    Optional<Setting> columnSetting = block.optional("column");
    Optional<Setting> sequenceSetting = block.optional("sequence");
    Optional<String> table = tableSetting.flatMap(s -> Names.qualified(s, "public.ticket"));
    Optional<String> column = columnSetting.flatMap(s -> s.text("a column's name such as id"));
    Optional<String> sequence =
        sequenceSetting.flatMap(s -> Names.qualified(s, "public.ticket_id_seq"));
    Policy policy = policy(block);
    block.reportUnknownKeys();
    if (tableSetting.isPresent() != columnSetting.isPresent()) {
      setting.problem(
          tableSetting.isPresent()
              ? "table is given without column; say which of its columns is fed"
              : "column is given without table; say in which table it is");
    } else if (tableSetting.isEmpty() && sequenceSetting.isEmpty()) {
      setting.problem("expected table and column, or sequence, or all three; got none of them");
    }
    return new CatalogSettings.Explicit(table, column, sequence, policy);
  }

  private static Policy policy(Block block) {
    Optional<Boolean> heal = block.optional("heal").flatMap(Setting::flag);
    Optional<Boolean> guard = block.optional("guard").flatMap(Setting::flag);
    Optional<Policy.Allocation> allocation =
        block.optional("allocation").flatMap(s -> s.word(Policy.Allocation.class));
    Optional<Bounds> range = block.optional("range").flatMap(EntryReader::range);
    return new Policy(
        heal,
        guard.orElse(Policy.DEFAULT.guard()),
        allocation.orElse(Policy.DEFAULT.allocation()),
        range);
  }

  private static Optional<Bounds> range(Setting setting) {
    int[] elements = {0};
    Optional<List<Long>> ids =
        setting.list(
            RANGE,
            element -> {
              elements[0]++;
              return element.id();
            });
    if (ids.isEmpty() || ids.get().size() < elements[0]) {
      return Optional.empty();
    }
    List<Long> both = ids.get();
    if (both.size() != 2) {
      setting.problem("expected " + RANGE + ", got a list of " + both.size());
      return Optional.empty();
    }
    if (both.get(0) > both.get(1)) {
      setting.problem("expected " + RANGE + ", got [" + both.get(0) + ", " + both.get(1) + "]");
      return Optional.empty();
    }
    return Optional.of(Bounds.of(both.get(0), both.get(1)));
  }
}
