package io.seqwarden.repair;

import io.seqwarden.catalog.Watched;
import io.seqwarden.drift.Bounds;
import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.Policy;
import io.seqwarden.drift.Reason;
import io.seqwarden.drift.Sequence;
import io.seqwarden.postgres.SqlResource;
import io.seqwarden.postgres.SqlTemplate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The text of schema {@code seqwarden} for one set of watched sequences and limits. */
final class SchemaScript {

  private static final Pattern FUNCTION =
      Pattern.compile("(?m)^create or replace function seqwarden\\.(\\w+)\\(");
  private static final String FED =
      "\n-- seqwarden: what is watched here, as the last install or sweep found it.\n";
  private static final SqlTemplate SCHEMA = SqlTemplate.load(SchemaScript.class, "schema.sql");
  private static final String EVENT = SqlResource.load(SchemaScript.class, "event.sql");
  private static final String NOTHING_FED =
      "select null::text, null::text[], null::text[], null::numeric, null::numeric, null::boolean,"
          + " null::boolean where false";

  private final InstallSettings settings;
  private final List<Watched> watched;

  SchemaScript(InstallSettings settings, List<Watched> watched) {
    this.settings = settings;
    this.watched = watched.stream().filter(SchemaScript::comparable).toList();
  }

  /** What the schema's comment says once this script has run. */
  String version() {
    return Installation.MARK + Guard.digest(fill("''") + settings.syncExecute());
  }

  String functions() {
    return fill(SqlTemplate.literal(version()));
  }

  /** The names of its functions that are not among {@code known}. */
  List<String> namesBeside(Set<String> known) {
    return FUNCTION
        .matcher(functions())
        .results()
        .map(result -> result.group(1))
        .filter(name -> !known.contains(name))
        .distinct()
        .toList();
  }

  String event() {
    return EVENT;
  }

  /** The call that a short form makes for one sequence. */
  static String call(Watched entry) {
    return "perform seqwarden.sync_sequence(" + arguments(entry) + ");";
  }

  /**
   * Whether the ids of every column can be compared with the sequence's values. What the daemon may
   * not read just now, it still guards: the guard reads no table. With hilo ids are far ahead by
   * design, and to follow them would spend the sequence.
   */
  static boolean comparable(Watched entry) {
    return entry.policy().allocation() != Policy.Allocation.HILO
        && entry.sequence().columns().stream()
            .flatMap(column -> column.problem().stream())
            .noneMatch(problem -> problem.code() == Reason.Code.DEFAULT_EXPRESSION);
  }

  /** The ids that fit every column of a sequence and the writer's share, within 64 bits. */
  static Bounds bounds(Watched entry) {
    Bounds bounds = Bounds.of(Long.MIN_VALUE, Long.MAX_VALUE);
    for (FedColumn column : entry.sequence().columns()) {
      bounds = bounds.intersect(column.range());
    }
    return entry.policy().range().map(bounds::intersect).orElse(bounds);
  }

  private String fill(String version) {
    return SCHEMA.fill(
        Map.of(
            "version", version,
            "advance", Advancer.body(),
            "used_ratio", settings.limits().usedRatio().toPlainString(),
            "max_jump_ratio", settings.limits().maxJumpRatio().toPlainString(),
            "fed", SqlTemplate.literal(FED + fed())));
  }

  private String fed() {
    if (watched.isEmpty()) {
      return NOTHING_FED;
    }
    return watched.stream()
        .map(entry -> "  (" + arguments(entry) + ")")
        .collect(Collectors.joining(",\n", "values\n", ""));
  }

  private static String arguments(Watched entry) {
    Sequence sequence = entry.sequence();
    Bounds bounds = bounds(entry);
    String tables =
        sequence.columns().stream()
            .map(column -> SqlTemplate.literal(column.table().quoted()))
            .collect(Collectors.joining(", "));
    String columns =
        sequence.columns().stream()
            .map(column -> SqlTemplate.literal(column.name()))
            .collect(Collectors.joining(", "));
    return String.join(
        ", ",
        SqlTemplate.literal(sequence.name().quoted()),
        "array[" + tables + "]",
        "array[" + columns + "]",
        bounds.lowest() + "::numeric",
        bounds.highest() + "::numeric",
        Boolean.toString(entry.policy().range().isPresent()),
        healing(entry));
  }

  private static String healing(Watched entry) {
    return entry.policy().heal().map(heal -> Boolean.toString(heal)).orElse("null::boolean");
  }
}
