package io.seqwarden.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands against a real database: output, exit codes, and what they change. */
@ExtendWith(PostgresExtension.class)
class CommandsTest {

  private static final String[] DRIFTED = {
    "create table ticket (id bigserial primary key, title text)",
    "insert into ticket select i, 'imported' from generate_series(1, 1285) i",
    "create table healthy (id serial primary key)"
  };

  /** What a command printed, and its exit code. */
  private record Ran(int exitCode, String out, String err) {
    List<String> lines() {
      return out.lines().toList();
    }
  }

  private static Ran run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    int exitCode = line.execute(arguments);
    return new Ran(exitCode, out.toString(), err.toString());
  }

  private static Ran on(TestDatabase db, String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.addAll(List.of("--url", db.jdbcUrl(), "--user", TestDatabase.SUPERUSER));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(new String[0]));
  }

  @Test
  void checkTellsWorstFirstAndChangesNothing(TestDatabase db) throws Exception {
    db.execute(DRIFTED);

    Ran ran = on(db, "check");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.lines().get(0)).startsWith("STATE").contains("SEQUENCE", "NEXT", "MARK", "GAP");
    assertThat(ran.lines().get(1))
        .startsWith("behind")
        .contains("public.ticket_id_seq", "public.ticket.id", "1  1285  1285");
    assertThat(ran.out())
        .contains(
            "- public.ticket_id_seq returns 1 next, and public.ticket.id is taken already up to 1285: inserts fail with 23505. Sync it")
        .endsWith("2 sequences, 1 in_sync, 1 behind" + System.lineSeparator());
    assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("1");
  }

  @Test
  void checkAsJsonHasTheContractsFields(TestDatabase db) throws Exception {
    db.execute(DRIFTED);

    JsonNode json = new ObjectMapper().readTree(on(db, "check", "--format", "json").out());

    assertThat(json.fieldNames()).toIterable().containsExactly("databases", "findings", "events");
    assertThat(json.get("findings").get(0).fieldNames())
        .toIterable()
        .containsExactly(
            "database",
            "sequence",
            "columns",
            "state",
            "reason",
            "warnings",
            "lastValue",
            "isCalled",
            "incrementBy",
            "nextValue",
            "highWater",
            "gap",
            "usedRatio",
            "effectiveLimit",
            "guarded");
  }

  @Test
  void checkAsAMonitoringPlugin(TestDatabase db) throws Exception {
    db.execute(
        "create sequence wide",
        "create table healthy (id integer default nextval('wide') primary key)");

    Ran warned = on(db, "check", "--format", "nagios");
    db.execute("insert into healthy values (5)");
    Ran critical = on(db, "check", "--format", "nagios");
    Ran unknown =
        run(
            "check",
            "--url",
            "jdbc:postgresql://127.0.0.1:1/none",
            "--user",
            "nobody",
            "--format",
            "nagios");

    assertThat(warned.exitCode()).isEqualTo(1);
    assertThat(warned.out()).startsWith("SEQWARDEN WARNING - 1 sequences, 1 with warnings | ");
    assertThat(critical.exitCode()).isEqualTo(2);
    assertThat(critical.lines()).hasSize(1);
    assertThat(critical.out()).startsWith("SEQWARDEN CRITICAL - public.wide returns 1");
    assertThat(unknown.exitCode()).isEqualTo(3);
    assertThat(unknown.out()).startsWith("SEQWARDEN UNKNOWN - ");
  }

  @Test
  void choicesAreNamedAsTheManualDoes() {
    Ran ran = run("check", "--url", "jdbc:postgresql://127.0.0.1:1/none", "--format", "yaml");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err().lines().findFirst().orElseThrow())
        .endsWith("expected one of table, json, nagios but was 'yaml'");
    assertThat(run("check", "--url", "x", "--formt").err())
        .contains("Possible solutions: --format");
  }

  @Test
  void whoIsNotLetInIsToldWhereTheRoleComesFrom(TestDatabase db) throws Exception {
    Ran ran = run("check", "--url", db.jdbcUrl(), "--user", "nobody_of_that_name");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out())
        .contains(
            "role \"nobody_of_that_name\" does not exist (28000). Check user and password-file, or"
                + " --user and PGPASSWORD");
  }

  @Test
  void syncRepairsAndADryRunDoesNot(TestDatabase db) throws Exception {
    db.execute(DRIFTED);

    assertThat(on(db, "sync --dry-run").exitCode()).isEqualTo(1);
    assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("1");
    Ran ran = on(db, "sync");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .contains("advanced public.ticket_id_seq of " + db.name() + " from 1 to 1285");
    assertThat(db.one("insert into ticket (title) values ('x') returning id")).isEqualTo("1286");
    assertThat(on(db, "check").exitCode()).isZero();
  }

  @Test
  void namesLimitASyncAndForceNeedsThem(TestDatabase db) throws Exception {
    db.execute(DRIFTED);
    db.execute("insert into healthy values (2000000000)");

    assertThat(on(db, "sync", "healthy").out()).contains("outlier");
    assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("1");
    assertThat(on(db, "sync", "--force").err())
        .startsWith("--force needs the names of the tables or sequences that it is for");
    Ran unknown = on(db, "sync", "nothing");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).startsWith("No watched sequence or table is called nothing:");
    assertThat(on(db, "sync --force", "public.healthy_id_seq").exitCode()).isZero();
    assertThat(db.one("select last_value from healthy_id_seq")).isEqualTo("2000000000");
  }

  @Test
  void installUninstallAndTheirSql(TestDatabase db) throws Exception {
    db.execute(DRIFTED);

    Ran installed = on(db, "install");
    assertThat(installed.err()).isEmpty();
    assertThat(installed.exitCode()).isZero();
    assertThat(installed.out()).startsWith(db.name() + ": installed, ");
    assertThat(on(db, "install").out()).startsWith(db.name() + ": installed, nothing to do");
    Ran uninstalled = on(db, "uninstall");
    assertThat(uninstalled.exitCode()).isZero();
    assertThat(db.one("select count(*) from pg_trigger where not tgisinternal")).isEqualTo("0");

    db.execute(on(db, "sql install").out());
    assertThat(on(db, "install").out()).startsWith(db.name() + ": installed, nothing to do");
    db.execute(run("sql", "uninstall").out());
    assertThat(db.one("select count(*) from pg_namespace where nspname = 'seqwarden'"))
        .isEqualTo("0");
  }

  @Test
  void grantsAreWhatEachModeNeeds(TestDatabase db) throws Exception {
    db.execute(DRIFTED);
    String role = db.createRole("healer");

    Ran grants = on(db, "sql grants", "--role", role, "--for", "heal");
    db.execute(grants.out());

    assertThat(grants.out()).contains("GRANT SELECT (id) ON public.ticket TO \"" + role + "\"");
    Ran synced = run("sync", "--url", db.jdbcUrl(), "--user", role);
    assertThat(synced.exitCode()).isZero();
    assertThat(on(db, "check").exitCode()).isZero();
  }

  @Test
  void badConfigurationIsToldWholeAndEndsWith2(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("bad.conf");
    Files.writeString(file, "seqwarden { databases { app { every = 5x, mode = heel } } }\n");

    Ran ran = run("check", "-c", file.toString());

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err().lines())
        .anyMatch(line -> line.contains("bad.conf:1: seqwarden.databases.app.every"))
        .anyMatch(line -> line.contains("seqwarden.databases.app.mode"));
  }

  @Test
  void usageErrorsEndWith2AndHelpWith0() {
    assertThat(run("check").exitCode()).isEqualTo(2);
    assertThat(run("check").err()).startsWith("Which database? Give -c FILE or --url URL");
    assertThat(run("nonsense").exitCode()).isEqualTo(2);
    assertThat(run().exitCode()).isEqualTo(2);
    for (String command : List.of("run", "demo", "check", "sync", "install", "uninstall", "sql")) {
      assertThat(run(command, "--help").exitCode()).isZero();
      assertThat(run(command, "--help").out()).contains("Usage: seqwarden " + command);
      assertThat(run(command, "--version").out()).startsWith("seqwarden ");
    }
  }
}
