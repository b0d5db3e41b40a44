package io.seqwarden.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.testing.PrivateServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The procedures of {@code docs/restore.md}, run as they stand. */
final class RestorePageTest {

  private static final String PAGE = "docs/restore.md";
  private static final String WHOLE = "A whole database from a dump";
  private static final String TICKET = "create table ticket (id bigserial primary key)";
  private static final String NEXT = "insert into ticket default values returning id";
  private static final String DEFAULTS =
      "insert into ticket select nextval('ticket_id_seq') from generate_series(1, %d)";

  private static final String GUARDS =
      "select string_agg(tgname || ' ' || tgenabled::text, ', ' order by tgname) from pg_trigger"
          + " where not tgisinternal";
  private static final String ALL_GUARDS = "seqwarden_guard O, seqwarden_guard_apply R";

  @TempDir private Path folder;

  private static String configured(int port) {
    return """
        seqwarden.databases.app {
          url = "jdbc:postgresql://127.0.0.1:%d/app"
          user = postgres, every = 1h, mode = heal, guard = ensure
        }
        """
        .formatted(port);
  }

  private static PrivateServer server() throws Exception {
    PrivateServer server = PrivateServer.start(DumpableServer.major(13), Map.of());
    server.execute("postgres", "create database app");
    server.execute("app", TICKET);
    return server;
  }

  private Host host(PrivateServer server) throws Exception {
    Host host = Host.create(folder);
    host.define("127.0.0.1:" + server.port() + "/app");
    host.configure(configured(server.port()));
    return host;
  }

  private static String one(PrivateServer server, String database, String sql) throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  @Test
  void eachProcedureIsTried() {
    assertThat(Procedure.sections(PAGE))
        .containsExactly(
            "Dumps of guarded tables, and where they are restored",
            WHOLE,
            "The rows of one table",
            "A base backup, to a point in time");
  }

  @Test
  void partOfADatabaseWhereSeqwardenNeverWas() throws Exception {
    try (PrivateServer server = server();
        Host host = host(server);
        Procedure part =
            Procedure.of(PAGE, "Dumps of guarded tables, and where they are restored")) {
      Shell shell = host.shell();
      shell.environment("PGHOST", "127.0.0.1");
      shell.environment("PGPORT", Integer.toString(server.port()));
      shell.environment("PGUSER", "postgres");
      shell.succeed("seqwarden install --url \"$URL\" --user postgres");
      server.execute("postgres", "create database other");
      shell.succeed("pg_dump -Fc -t public.ticket -f dump app");

      shell.succeed(part.command());
      assertThat(one(server, "other", GUARDS)).isEqualTo("null");

      server.execute("other", "drop table ticket");
      shell.succeed(part.command());
      shell.succeed("pg_restore --exit-on-error -d other dump");
      assertThat(one(server, "other", GUARDS)).isEqualTo(ALL_GUARDS);
    }
  }

  @ParameterizedTest(name = "from a dump with guards: {0}")
  @ValueSource(booleans = {true, false})
  void wholeDatabase(boolean guarded) throws Exception {
    try (PrivateServer server = server();
        Host host = host(server);
        Procedure whole = Procedure.of(PAGE, WHOLE)) {
      Shell shell = host.shell();
      server.execute("app", DEFAULTS.formatted(5));
      if (guarded) {
        host.start();
      }
      shell.succeed(whole.command());
      if (!guarded) {
        host.start();
      }
      server.execute("app", "insert into ticket values (500)");
      assertThat(one(server, "app", NEXT)).isEqualTo("501");

      assertThat(shell.succeed(whole.command())).contains("\"paused\":true");
      shell.succeed(whole.command());
      assertThat(one(server, "app", GUARDS)).isEqualTo(guarded ? ALL_GUARDS : "null");
      assertThat(one(server, "app", NEXT)).isEqualTo("6");
      assertThat(shell.run("seqwarden_post /api/v1/databases/app/sync").output()).contains("503");
      assertThat(shell.succeed(whole.command())).contains("\"outcome\":\"ok\"");

      assertThat(one(server, "app", GUARDS)).isEqualTo(ALL_GUARDS);
      server.execute("app", "insert into ticket values (50)");
      assertThat(one(server, "app", NEXT)).isEqualTo("51");
    }
  }

  @Test
  void rowsOfOneTable() throws Exception {
    try (PrivateServer server = server();
        Host host = host(server);
        Procedure whole = Procedure.of(PAGE, WHOLE);
        Procedure rows = Procedure.of(PAGE, "The rows of one table")) {
      Shell shell = host.shell();
      host.start();
      server.execute("app", DEFAULTS.formatted(20));
      shell.succeed(whole.command());
      whole.leave();
      server.execute("app", "truncate ticket restart identity");

      assertThat(shell.succeed(rows.command())).contains("\"events\":1", "1 sequence, 1 in_sync");

      assertThat(one(server, "app", NEXT)).isEqualTo("21");
      assertThat(one(server, "app", GUARDS)).isEqualTo(ALL_GUARDS);
    }
  }

  @Test
  void baseBackupToAPointInTime() throws Exception {
    List<Path> installed = InstalledServer.programs();
    Path programs = installed.get(installed.size() - 1);
    Path wal = Files.createDirectories(folder.resolve("wal"));
    Path data = folder.resolve("data");
    Path restored = folder.resolve("restored");
    int port = InstalledServer.freePort();
    try (Host host = Host.create(folder)) {
      Shell shell = host.shell();
      shell.path(programs);
      shell.place("/var/backups/wal", wal.toString());
      shell.place("/var/lib/postgresql/restored", restored.toString());
      try (InstalledServer server = InstalledServer.create(shell, programs, data, port);
          InstalledServer after = server.at(restored);
          Procedure backup = Procedure.of(PAGE, "A base backup, to a point in time")) {
        Files.writeString(
            data.resolve("postgresql.conf"),
            "archive_mode = on\narchive_command = 'cp %%p %s/%%f'\n".formatted(wal),
            StandardOpenOption.APPEND);
        server.start();
        server.execute("postgres", "create database app");
        server.execute("app", TICKET);
        host.define(server.address("app"));
        host.configure(configured(port));
        host.start();
        server.execute("app", "insert into ticket values (50)");
        shell.succeed(backup.command());
        server.execute("app", "insert into ticket values (60)");
        assertThat(server.one("app", NEXT)).isEqualTo("61");
        shell.place("2026-11-24 10:00:00+00", server.one("app", "select clock_timestamp()"));
        server.execute("app", "delete from ticket", "alter sequence ticket_id_seq restart");
        server.execute("app", "insert into ticket values (7)", "select pg_switch_wal()");
        shell.succeed("seqwarden_post /api/v1/databases/app/pause");
        server.stop();

        shell.succeedAsServersUser(backup.command());
        shell.succeed(backup.command());

        assertThat(after.one("app", "select string_agg(id::text, ' ' order by id) from ticket"))
            .isEqualTo("50 60 61");
        assertThat(Long.parseLong(after.one("app", NEXT))).isBetween(62L, 94L);
        shell.succeed("seqwarden_post /api/v1/databases/app/resume");
        shell.succeed("until seqwarden_post /api/v1/databases/app/sync; do sleep 0.2; done");
        after.execute("app", "insert into ticket values (500)");
        assertThat(after.one("app", NEXT)).isEqualTo("501");
        assertThat(
                after.one(
                    "app", "select string_agg(after::text, ' ' order by id) from seqwarden.event"))
            .isEqualTo("50 60 500");
      }
    }
  }
}
