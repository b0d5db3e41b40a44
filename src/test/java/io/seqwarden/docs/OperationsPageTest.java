package io.seqwarden.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.PostgresServers;
import io.seqwarden.testing.PrivateServer;
import io.seqwarden.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The procedures of {@code docs/operations.md}, run as they stand; pg_upgrade has its own test. */
@ExtendWith(PostgresExtension.class)
final class OperationsPageTest {

  private static final String PAGE = "docs/operations.md";
  private static final String TICKET = "create table ticket (id bigserial primary key)";
  private static final String TRIGGERS =
      "select string_agg(oid || ' ' || xmin, ',' order by oid) from pg_trigger";

  /** All that was installed, as text. */
  private static final String TEXT =
      "select md5(string_agg(prosrc, '' order by oid::regprocedure::text)) || ' '"
          + " || obj_description('seqwarden'::regnamespace)"
          + " from pg_proc where pronamespace = 'seqwarden'::regnamespace";

  private static final String GET =
      "curl -fsS -H \"Authorization: Bearer $TOKEN\" http://127.0.0.1:8787%s";

  private static final String OBJECTS =
      "select (select count(*) from pg_trigger where not tgisinternal)"
          + " + (select count(*) from pg_namespace where nspname = 'seqwarden')"
          + " + (select count(*) from pg_proc where proname like 'sync\\_%')";

  @TempDir private Path folder;

  private static String database(TestDatabase db, String user, String guard) {
    return """
        seqwarden.databases.app {
          url = "%s", user = %s, every = 1h, mode = heal, guard = %s
        }
        """
        .formatted(db.jdbcUrl(), user, guard);
  }

  /** Every section with something to be pasted is run by a test here or beside. */
  @Test
  void eachProcedureIsTried() {
    assertThat(Procedure.sections(PAGE))
        .containsExactly(
            "Before you paste", "Upgrade", "Rolling back", "Failover", "pg_upgrade", "Uninstall");
  }

  @Test
  void upgradeAndRollingBack(TestDatabase db) throws Exception {
    db.execute(TICKET);
    try (Host host = Host.create(folder)) {
      host.define(db);
      host.configure(database(db, TestDatabase.SUPERUSER, "ensure"));
      host.install("installed", otherTexts());
      host.install("new");
      host.start();
      db.execute("insert into ticket values (50)");
      String text = db.one(TEXT);
      String triggers = db.one(TRIGGERS);

      upgrade(host.shell(), db);
      assertThat(db.one(TRIGGERS)).isEqualTo(triggers);
      try (Procedure back = Procedure.of(PAGE, "Rolling back")) {
        assertThat(host.shell().succeed(back.command())).doesNotContain("guard_missing");
      }

      assertThat(db.one(TEXT)).isEqualTo(text);
      assertThat(db.one(TRIGGERS)).isEqualTo(triggers);
      assertThat(db.one("select string_agg(source || ' ' || after, ', ') from seqwarden.event"))
          .isEqualTo("guard 50");
      db.execute("insert into ticket values (60)");
      assertThat(db.one("insert into ticket default values returning id")).isEqualTo("61");
    }
  }

  private void upgrade(Shell shell, TestDatabase db) throws Exception {
    String before = db.one(TEXT);
    try (Procedure upgrade = Procedure.of(PAGE, "Upgrade")) {
      String look = upgrade.command();
      assertThat(shell.succeed(look)).contains("guard_missing");
      assertThat(db.one(TEXT)).isEqualTo(before);
      tellsOfAnUnknownKey(shell, look);
      shell.succeed(upgrade.command());
      assertThat(shell.succeed(upgrade.command())).doesNotContain("guard_missing");
      assertThat(db.one(TEXT)).isNotEqualTo(before);

      assertThat(shell.succeed(upgrade.command())).contains("installed, nothing to do");
      Shell.Ran script =
          shell.run(
              "seqwarden sql install --url \"$URL\" --user postgres | psql -q -v ON_ERROR_STOP=1"
                  + " \"$PG\"");
      assertThat(script.exit()).isEqualTo(3);
      assertThat(script.output()).contains("trigger \"seqwarden_guard\" for relation \"ticket\"");
    }
  }

  private void tellsOfAnUnknownKey(Shell shell, String look) throws Exception {
    Path file = folder.resolve("configured/seqwarden.conf");
    String known = Files.readString(file);
    Files.writeString(file, "seqwarden.gone = 1\n", StandardOpenOption.APPEND);
    Shell.Ran ran = shell.run(look);
    Files.writeString(file, known);
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.output()).contains("seqwarden.gone: unknown key");
  }

  /** What another version would install: the same with other texts. */
  private Path otherTexts() throws IOException {
    Path root = folder.resolve("other");
    for (String name : List.of("guard_statement.sql", "guard_row.sql", "schema.sql")) {
      Path inJar = Path.of("io/seqwarden/repair", name);
      Path other = root.resolve(inJar);
      Files.createDirectories(root.resolve("io/seqwarden/repair"));
      Files.writeString(
          other,
          Files.readString(Path.of("src/main/resources").resolve(inJar))
              + "-- of another version\n");
    }
    return root;
  }

  @Test
  void failover() throws Exception {
    try (PrivateServer one = PrivateServer.start(PostgresServers.newest(), Map.of())) {
      one.execute("postgres", "create role seqwarden superuser login", "create database app");
      one.execute("app", TICKET);
      try (PrivateServer two = one.standby();
          Host host = Host.create(folder);
          Procedure failover = Procedure.of(PAGE, "Failover")) {
        Shell shell = host.shell();
        host.define("127.0.0.1:" + one.port() + "/app");
        shell.place("one.example.org:5432", "127.0.0.1:" + one.port());
        shell.place("two.example.org:5432", "127.0.0.1:" + two.port());
        host.configure(failover.configuration());
        host.start();
        String check = failover.command();
        shell.succeed(check);
        one.execute("app", "set seqwarden.guard = off; insert into ticket values (100)");
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> one(two, "select count(*) from ticket").equals("1"));
        one.kill();
        tellsThatItIsDown(shell);

        shell.succeed(failover.command());
        assertThat(shell.succeed(failover.command())).contains("\"role\":\"primary\"");
        assertThat(shell.succeed(failover.command()))
            .contains("seqwarden_database_up{database=\"app\"} 1")
            .contains("seqwarden_database_is_primary{database=\"app\"} 1")
            .contains("seqwarden_sequences{database=\"app\",state=\"behind\"} 0");

        assertThat(Long.parseLong(one(two, "insert into ticket default values returning id")))
            .isBetween(101L, 133L);
        one.start();
        one.execute("app", "set seqwarden.guard = off; insert into ticket values (1000)");
        assertThat(shell.run(check).output()).contains("1000");
      }
    }
  }

  private static void tellsThatItIsDown(Shell shell) throws Exception {
    assertThat(shell.run("seqwarden_post /api/v1/databases/app/sync").output()).contains("503");
    String ready = shell.succeed("curl -fsS http://127.0.0.1:8787/readyz");
    assertThat(ready).contains("\"unreachable\":[\"app\"]");
    assertThat(shell.succeed(GET.formatted("/api/v1/databases")))
        .contains("\"role\":\"primary\"", "\"problem\":\"app cannot be reached: ");
    assertThat(shell.succeed(GET.formatted("/metrics")))
        .contains("seqwarden_database_up{database=\"app\"} 0")
        .contains("seqwarden_database_is_primary{database=\"app\"} 1");
  }

  private static String one(PrivateServer server, String sql) throws SQLException {
    try (Connection connection = server.connect("app");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  @Test
  void uninstall(TestDatabase db) throws Exception {
    db.execute("drop role if exists seqwarden", "create role seqwarden login", TICKET);
    try (Host host = Host.create(folder);
        Procedure uninstall = Procedure.of(PAGE, "Uninstall")) {
      Shell shell = host.shell();
      host.define(db);
      shell.succeed(
          "seqwarden sql grants --role seqwarden --for guard --url \"$URL\" --user postgres"
              + " | psql -q -v ON_ERROR_STOP=1 \"$PG\"");
      host.configure(database(db, "seqwarden", "ensure"));
      host.start();
      assertThat(shell.run("seqwarden uninstall -c /etc/seqwarden/seqwarden.conf").exit())
          .isEqualTo(1);

      shell.succeed(uninstall.command());
      String remove = uninstall.command();
      leavesWhatIsHeld(shell, db, remove);
      assertThat(shell.succeed(remove)).contains("uninstalled");
      assertThat(db.one(OBJECTS)).isEqualTo("0");

      shell.succeed("seqwarden install --url \"$URL\" --user postgres");
      assertThat(db.one(OBJECTS)).isNotEqualTo("0");
      String script = uninstall.command();
      shell.succeed(script);
      assertThat(db.one(OBJECTS)).isEqualTo("0");
      shell.succeed(script);
      shell.succeed(uninstall.command());
      assertThat(db.one("select count(*) from pg_roles where rolname = 'seqwarden'"))
          .isEqualTo("0");
      assertThat(db.one("insert into ticket default values returning id")).isEqualTo("2");
    }
  }

  private static void leavesWhatIsHeld(Shell shell, TestDatabase db, String remove)
      throws Exception {
    try (Connection writer = db.connect();
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute("insert into ticket default values");
      assertThat(shell.run(remove).exit()).isEqualTo(1);
      writer.commit();
    }
    assertThat(db.one(OBJECTS)).isNotEqualTo("0");
  }

  @Test
  void aDaemonWithoutGuardsLeavesThemUninstalled(TestDatabase db) throws Exception {
    db.execute(TICKET);
    try (Host host = Host.create(folder)) {
      host.define(db);
      host.configure(database(db, TestDatabase.SUPERUSER, "ensure"));
      host.start();
      assertThat(db.one(OBJECTS)).isNotEqualTo("0");

      host.configure(database(db, TestDatabase.SUPERUSER, "off"));
      host.shell().succeed("seqwarden_post /-/reload");
      host.shell().succeed("seqwarden uninstall --url \"$URL\" --user postgres");
      host.shell().succeed("seqwarden_post /api/v1/databases/app/sync");

      assertThat(db.one(OBJECTS)).isEqualTo("0");
    }
  }
}
