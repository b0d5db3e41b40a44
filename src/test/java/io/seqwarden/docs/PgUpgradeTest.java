package io.seqwarden.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** pg_upgrade as {@code docs/operations.md} has it, between servers that are installed here. */
final class PgUpgradeTest {

  @TempDir private Path folder;

  @Test
  void positionsGuardsAndEventsAreCarriedAlong() throws Exception {
    List<Path> programs = InstalledServer.programs();
    Path older = programs.get(0);
    Path newer = programs.get(programs.size() - 1);
    int port = InstalledServer.freePort();
    try (Host host = Host.create(folder)) {
      Shell shell = host.shell();
      shell.environment("PGUSER", "postgres");
      shell.place("/usr/lib/postgresql/15/bin", older.toString());
      shell.place("/var/lib/postgresql/15/main", folder.resolve("older").toString());
      shell.place("/usr/lib/postgresql/18/bin", newer.toString());
      shell.place("/var/lib/postgresql/18/main", folder.resolve("newer").toString());
      try (InstalledServer before =
              InstalledServer.create(shell, older, folder.resolve("older"), port);
          InstalledServer after =
              InstalledServer.create(shell, newer, folder.resolve("newer"), port);
          Procedure upgrade = Procedure.of("docs/operations.md", "pg_upgrade")) {
        host.define(before.address("app"));
        before.start();
        before.execute("postgres", "create database app");
        before.execute("app", "create table ticket (id bigserial primary key)");
        shell.succeed("seqwarden install --url \"$URL\" --user postgres");
        before.execute("app", "insert into ticket values (50)");

        shell.succeedAsServersUser(upgrade.command());
        shell.succeed(upgrade.command());

        String next = "insert into ticket default values returning id";
        assertThat(after.one("app", next)).isEqualTo("51");
        after.execute("app", "insert into ticket values (100)");
        assertThat(after.one("app", next)).isEqualTo("101");
        assertThat(
                after.one(
                    "app", "select string_agg(after::text, ' ' order by id) from seqwarden.event"))
            .isEqualTo("50 100");
        assertThat(shell.succeed("seqwarden install --url \"$URL\" --user postgres"))
            .contains("installed, nothing to do");
      }
    }
  }
}
