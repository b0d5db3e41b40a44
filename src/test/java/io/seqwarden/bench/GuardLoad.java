package io.seqwarden.bench;

import java.util.Locale;

/** What is loaded into a guarded table, and what of it is counted. */
enum GuardLoad {
  ONE_ROW_TIME("one row by pgbench, time", 1e6, "µs") {
    @Override
    double run(GuardedTable table) throws Exception {
      table.execute("truncate ticket");
      return table.insertOneByOne(TRANSACTIONS).seconds();
    }
  },
  ONE_ROW_CPU("the same, server CPU", 1e6, "µs") {
    @Override
    double run(GuardedTable table) throws Exception {
      table.execute("truncate ticket");
      return table.insertOneByOne(TRANSACTIONS).cpu();
    }
  },
  INSERT_SELECT("400,000 rows by INSERT ... SELECT", 1, "s") {
    @Override
    double run(GuardedTable table) throws Exception {
      table.execute("truncate ticket");
      return table.cpuOf(() -> table.execute(ROWS_SQL.formatted(BULK)));
    }
  },
  COPY("400,000 rows by COPY", 1, "s") {
    @Override
    double run(GuardedTable table) throws Exception {
      table.execute("truncate ticket");
      return table.cpuOf(() -> table.copy("copy ticket (title) from stdin", COPIED));
    }
  },
  IMPORT("1,000,000 explicit ids far ahead", 1, "s") {
    @Override
    double run(GuardedTable table) throws Exception {
      table.execute("truncate ticket");
      table.execute("insert into ticket (title) values ('nextval was called')");
      return table.cpuOf(() -> table.execute(IMPORT_SQL));
    }
  },
  UPDATE("UPDATE of 400,000 titles", 1, "s") {
    @Override
    double run(GuardedTable table) throws Exception {
      table.execute("truncate ticket");
      table.execute("insert into ticket (title) values ('nextval was called')");
      table.execute(ROWS_SQL.formatted(BULK));
      return table.cpuOf(() -> table.execute("update ticket set title = 'another'"));
    }
  };

  static final String ONE_ROW_SQL = "insert into ticket (title) values ('a title of some length');";

  private static final int TRANSACTIONS = 10_000;
  private static final int BULK = 400_000;
  private static final String COPIED = "a title of some length\n".repeat(BULK);
  private static final String ROWS_SQL =
      "insert into ticket (title) select 'a title of some length' from generate_series(1, %d)";
  private static final String IMPORT_SQL =
      "insert into ticket select p.last_value + 5000000 + i, 'a title of some length'"
          + " from (select last_value from ticket_id_seq) as p, generate_series(1, 1000000) as i";

  private final String title;
  private final double scale;
  private final String unit;

  GuardLoad(String title, double scale, String unit) {
    this.title = title;
    this.scale = scale;
    this.unit = unit;
  }

  String title() {
    return title;
  }

  /** Seconds in the unit that suits the load. */
  String told(double seconds) {
    return String.format(Locale.ROOT, "%.2f %s", seconds * scale, unit);
  }

  /** How often it is run for so many rounds: one row is over soon, and its ratio a narrow one. */
  int runs(int rounds) {
    return this == ONE_ROW_TIME || this == ONE_ROW_CPU ? 8 * rounds : rounds;
  }

  /** Runs it once; seconds of time or of the server's CPU, of one row or of the whole. */
  abstract double run(GuardedTable table) throws Exception;
}
