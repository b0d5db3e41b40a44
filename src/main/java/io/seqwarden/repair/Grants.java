package io.seqwarden.repair;

import io.seqwarden.catalog.Watched;
import io.seqwarden.drift.FedColumn;
import io.seqwarden.postgres.SqlTemplate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a role needs, as SQL to run: {@code sql grants}. */
public final class Grants {

  private Grants() {}

  /** What the role is for. */
  public enum Purpose {
    /** Judging only. */
    OBSERVE,
    /** Judging and advancing. */
    HEAL,
    /** That and installing guards. */
    GUARD,
    /** Calling the sync functions. */
    SYNC,
    /** pg_dump. */
    BACKUP;

    /** The word on the command line. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The statements, each ended by a semicolon and a newline.
   *
   * @param role the role's raw name
   * @param watched the sequences that it is for; empty where no database was asked, and then the
   *     statements are for all of schema {@code public}
   */
  public static String script(String role, Purpose purpose, List<Watched> watched) {
    String to = SqlTemplate.identifier(role);
    Set<String> lines = new LinkedHashSet<>();
    switch (purpose) {
      case OBSERVE -> reading(watched, to, lines, "SELECT");
      case HEAL -> reading(watched, to, lines, "SELECT, UPDATE");
      case GUARD -> {
        reading(watched, to, lines, "SELECT, UPDATE");
        guarding(watched, to, lines);
      }
      case SYNC -> {
        lines.add("GRANT USAGE ON SCHEMA seqwarden TO " + to);
        lines.add(
            "GRANT EXECUTE ON FUNCTION seqwarden.sync(regclass), seqwarden.sync_all() TO " + to);
        shortForms(watched).forEach(f -> lines.add("GRANT EXECUTE ON FUNCTION " + f + " TO " + to));
      }
      case BACKUP -> {
        lines.add("GRANT USAGE ON SCHEMA seqwarden TO " + to);
        lines.add("GRANT SELECT ON ALL TABLES IN SCHEMA seqwarden TO " + to);
        lines.add("GRANT SELECT ON ALL SEQUENCES IN SCHEMA seqwarden TO " + to);
      }
      default -> throw new IllegalArgumentException(purpose.word());
    }
    return String.join(";\n", lines) + ";\n";
  }

  private static void reading(
      List<Watched> watched, String to, Set<String> lines, String onSequences) {
    if (watched.isEmpty()) {
      lines.add("GRANT USAGE ON SCHEMA public TO " + to);
      lines.add("GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + to);
      lines.add("GRANT " + onSequences + " ON ALL SEQUENCES IN SCHEMA public TO " + to);
      return;
    }
    for (Watched entry : watched) {
      lines.add(usage(entry.sequence().name().schema(), to));
      for (FedColumn column : entry.sequence().columns()) {
        lines.add(usage(column.table().schema(), to));
        lines.add(
            "GRANT SELECT (%s) ON %s TO %s".formatted(column.quotedName(), column.table(), to));
      }
      lines.add(
          "GRANT %s ON SEQUENCE %s TO %s".formatted(onSequences, entry.sequence().name(), to));
    }
  }

  private static String usage(String schema, String to) {
    return "GRANT USAGE ON SCHEMA " + SqlTemplate.identifier(schema) + " TO " + to;
  }

  private static void guarding(List<Watched> watched, String to, Set<String> lines) {
    String role = unquote(to);
    String quote = dollarQuote(role);
    lines.add(
        "DO %1$s BEGIN EXECUTE format('GRANT CREATE ON DATABASE %%I TO %%I', current_database(), %2$s); END %1$s"
            .formatted(quote, SqlTemplate.literal(role)));
    if (watched.isEmpty()) {
      lines.add("GRANT CREATE ON SCHEMA public TO " + to);
      lines.add("GRANT TRIGGER ON ALL TABLES IN SCHEMA public TO " + to);
      return;
    }
    for (Watched entry : watched) {
      for (FedColumn column : entry.sequence().columns()) {
        lines.add(
            "GRANT CREATE ON SCHEMA "
                + SqlTemplate.identifier(column.table().schema())
                + " TO "
                + to);
        for (FedColumn.Member member : column.members()) {
          lines.add("GRANT TRIGGER ON %s TO %s".formatted(member.table(), to));
        }
      }
    }
  }

  /** The shortest dollar quote that {@code text} does not end. */
  private static String dollarQuote(String text) {
    StringBuilder tag = new StringBuilder();
    while (text.contains("$" + tag + "$")) {
      tag.append('q');
    }
    return "$" + tag + "$";
  }

  private static String unquote(String quoted) {
    return quoted.substring(1, quoted.length() - 1).replace("\"\"", "\"");
  }

  private static List<String> shortForms(List<Watched> watched) {
    List<String> names = new ArrayList<>();
    for (Watched entry : watched) {
      for (FedColumn column : entry.sequence().columns()) {
        names.add(
            SqlTemplate.identifier(column.table().schema(), ShortForms.name(column.table().name()))
                + "()");
      }
    }
    return names;
  }
}
