package io.seqwarden.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Commands over what a file configures: modes, several databases, entries that are not there. */
@ExtendWith(PostgresExtension.class)
class ConfiguredDatabasesTest {

  private static final String[] DRIFTED = {
    "create table ticket (id bigserial primary key)", "insert into ticket values (5)"
  };

  private static String file(Path folder, String databases) throws IOException {
    Path file = folder.resolve("seqwarden.conf");
    Files.writeString(file, "seqwarden.databases {\n" + databases + "\n}\n");
    return file.toString();
  }

  private static String database(String name, TestDatabase db, String more) {
    return "%s { url = \"%s\", user = \"%s\" %s }\n"
        .formatted(name, db.jdbcUrl(), TestDatabase.SUPERUSER, more);
  }

  @Test
  void syncWritesNothingWhereTheModeIsObserve(TestDatabase db, @TempDir Path folder)
      throws Exception {
    db.execute(DRIFTED);
    String file = file(folder, database("quiet", db, ", mode = observe"));

    Ran whole = Ran.command("sync", "-c", file);
    Ran named = Ran.command("sync", "-c", file, "--force", "ticket");

    assertThat(whole.exitCode()).isEqualTo(1);
    assertThat(named.exitCode()).isEqualTo(1);
    assertThat(whole.errLines())
        .containsExactly(
            "quiet: mode = observe, so nothing was advanced: set mode = heal, or name it by --url");
    assertThat(named.errLines()).isEqualTo(whole.errLines());
    assertThat(db.one("select last_value || ' ' || is_called from ticket_id_seq"))
        .isEqualTo("1 false");
  }

  @Test
  void syncHealsWhereTheModeIsHealAndInstallsNothing(TestDatabase db, @TempDir Path folder)
      throws Exception {
    db.execute(DRIFTED);
    String file = file(folder, database("app", db, ", mode = heal, guard = ensure"));

    Ran ran = Ran.command("sync", "-c", file);

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(db.one("select last_value from ticket_id_seq")).isEqualTo("5");
    assertThat(db.one("select count(*) from pg_namespace where nspname = 'seqwarden'"))
        .isEqualTo("0");
  }

  @Test
  void anEntryThatIsNotThereMeansThatNotEverythingWasJudged(TestDatabase db, @TempDir Path folder)
      throws Exception {
    db.execute("create table ticket (id bigserial primary key)");
    String file =
        file(
            folder,
            database("app", db, ", sequences = [ { sequence = \"public.tikcet_id_seq\" } ]"));

    Ran ran = Ran.command("check", "-c", file);
    Ran monitored = Ran.command("check", "-c", file, "--format", "nagios");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).contains("! sequences names the sequence public.tikcet_id_seq, which");
    assertThat(monitored.exitCode()).isEqualTo(3);
    assertThat(monitored.out()).startsWith("SEQWARDEN UNKNOWN - sequences names the sequence");
  }

  @Test
  void aDeadDatabaseHidesNoOtherAndTwoBeatsOne(TestDatabase db, @TempDir Path folder)
      throws Exception {
    db.execute(DRIFTED);
    String file =
        file(
            folder,
            "dead { url = \"jdbc:postgresql://127.0.0.1:1/none\" }\n" + database("live", db, ""));

    Ran ran = Ran.command("check", "-c", file);
    Ran installed = Ran.command("install", "-c", file);

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).contains("behind  live").contains("! dead cannot be reached");
    assertThat(installed.exitCode()).isEqualTo(2);
    assertThat(installed.out()).startsWith("live: installed, ");
    assertThat(installed.err()).startsWith("dead was not installed: ");
  }

  @Test
  void aMonitorIsNotToldOfDriftWhereTheConfigurationIsBad(@TempDir Path folder) throws Exception {
    String file = file(folder, "app { url = 7 }");

    Ran ran = Ran.command("check", "-c", file, "--format", "nagios");

    assertThat(ran.exitCode()).isEqualTo(3);
    assertThat(ran.out().lines()).hasSize(1);
    assertThat(ran.out()).startsWith("SEQWARDEN UNKNOWN - ").contains("seqwarden.databases.app");
  }

  @Test
  void sqlOfSeveralDatabasesIsToldApart(TestDatabase db, @TempDir Path folder) throws Exception {
    db.execute(DRIFTED);
    String file =
        file(
            folder,
            database("one", db, ", include = [\"public.*\"]")
                + database("two", db, ", include = [\"other.*\"]"));

    String sql = Ran.command("sql", "install", "-c", file).out();
    String second = sql.substring(sql.indexOf("-- ==== Database two"));

    assertThat(sql).startsWith("-- ==== Database one: run this part there\n");
    assertThat(sql.substring(0, sql.indexOf(second))).contains("on public.ticket");
    assertThat(second).contains("create schema").doesNotContain("public.ticket");
  }

  @Test
  void removingLeavesASchemaOfThatNameThatIsNotOursAlone(TestDatabase db) throws Exception {
    db.execute(
        "create table ticket (id bigserial primary key)",
        "create schema seqwarden",
        "create function seqwarden.theirs() returns trigger language plpgsql"
            + " as 'begin return null; end'",
        "create trigger theirs after insert on ticket for each statement"
            + " execute function seqwarden.theirs()");

    Ran ran = Ran.command("uninstall", "--url", db.jdbcUrl(), "--user", TestDatabase.SUPERUSER);
    db.execute(Ran.command("sql", "uninstall").out());

    assertThat(ran.exitCode()).isZero();
    assertThat(db.one("select tgname from pg_trigger where not tgisinternal")).isEqualTo("theirs");
  }
}
