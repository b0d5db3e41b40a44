package io.seqwarden.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.app.RunningDaemon;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.Program;
import io.seqwarden.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * {@code docs/troubleshooting.md}: each section's trouble is made, its commands are typed, and what
 * they print is what the page shows.
 */
@ExtendWith(PostgresExtension.class)
final class TroubleshootingPageTest {

  private static final Markdown PAGE = Markdown.of("docs/troubleshooting.md");
  private static final String URL = "jdbc:postgresql://localhost:5432/app";
  private static final String FILE = "/etc/seqwarden/seqwarden.conf";
  private static final String HERE = "http://127.0.0.1:8787";
  private static final String TICKET = "create table ticket (id bigserial primary key)";
  private static final String DRIFTED = "insert into ticket select generate_series(1, 1285)";

  /** What was followed; the rest nobody has tried. */
  private static final Set<String> FOLLOWED = new ConcurrentSkipListSet<>();

  @TempDir Path folder;

  @AfterAll
  static void everyBlockWasTried() {
    Set<String> all = new TreeSet<>();
    PAGE.blocks().forEach(block -> all.add(block.toString()));
    // Where a program is missing, or one test alone was asked for, there is nothing to compare.
    if (FOLLOWED.size() > all.size() / 2) {
      assertThat(FOLLOWED).isEqualTo(all);
    }
  }

  /** A block, now tried. */
  private static Markdown.Block block(String heading, int number) {
    Markdown.Block block = PAGE.under(heading).get(number);
    FOLLOWED.add(block.toString());
    return block;
  }

  /** Types a block and compares the one behind it. */
  private static void follow(Terminal terminal, String heading, int number) throws Exception {
    String said = terminal.run(block(heading, number));
    assertThat(Terminal.shape(said)).isEqualTo(Terminal.shape(block(heading, number + 1).text()));
  }

  private Terminal terminal(TestDatabase db) {
    return new Terminal(folder)
        .place(URL, db.jdbcUrl())
        .place("--user me", "--user " + TestDatabase.SUPERUSER)
        .place(FILE, folder.resolve("seqwarden.conf").toString())
        .environment("TOKEN", "s3cret")
        .shows(db.name(), "app");
  }

  private Terminal terminal(TestDatabase db, RunningDaemon daemon) {
    Program.assumeThere("curl", "curl");
    return terminal(db).place(HERE, daemon.page().toString().replaceFirst("/$", ""));
  }

  private RunningDaemon daemon(TestDatabase db, String mode) throws IOException {
    Files.writeString(folder.resolve("token"), "s3cret");
    RunningDaemon daemon =
        RunningDaemon.startWith(
            folder,
            "port = 0, token-file = token",
            "app { url = \"%s?user=postgres\", every = 1h, %s }".formatted(db.jdbcUrl(), mode));
    await().atMost(Duration.ofSeconds(60)).until(() -> daemon.get("/readyz").statusCode() == 200);
    return daemon;
  }

  private void configure(String text) throws IOException {
    Files.writeString(folder.resolve("seqwarden.conf"), text);
  }

  @Test
  void itDoesNotStart(TestDatabase db) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      configure(
          "seqwarden { http.port = %d, databases.app.url = \"%s\" }"
              .formatted(taken.getLocalPort(), db.jdbcUrl()));
      follow(terminal(db), "It does not start", 0);
    }
  }

  @Test
  void insertsFailNow(TestDatabase db) throws Exception {
    String here = "Inserts fail now";
    db.execute(TICKET, DRIFTED);
    assertThat(block(here, 0).text().lines().toList())
        .isEqualTo(error(db, "insert into ticket default values"));
    db.execute("alter sequence ticket_id_seq restart");
    follow(terminal(db), here, 1);
    follow(terminal(db), here, 3);
    db.execute("alter sequence ticket_id_seq restart");
    try (RunningDaemon daemon = daemon(db, "mode = heal, guard = ensure")) {
      db.execute("alter sequence ticket_id_seq restart");
      follow(terminal(db, daemon), here, 5);
      db.execute("alter sequence ticket_id_seq restart");
      db.execute(block(here, 7).text());
    }
    assertThat(db.one("insert into ticket default values returning id")).isEqualTo("1286");
  }

  /** As psql prints it. */
  private static List<String> error(TestDatabase db, String sql) {
    try {
      db.execute(sql);
    } catch (PSQLException failure) {
      ServerErrorMessage message = Objects.requireNonNull(failure.getServerErrorMessage());
      return List.of(
          message.getSeverity() + ":  " + message.getMessage(), "DETAIL:  " + message.getDetail());
    } catch (SQLException other) {
      throw new AssertionError(other);
    }
    throw new AssertionError("No error of " + sql);
  }

  @Test
  void unreadable(TestDatabase db) throws Exception {
    db.execute(
        "create sequence code",
        "create table voucher (code text primary key default 'V-' || nextval('code'))");
    try (RunningDaemon daemon = daemon(db, "mode = observe")) {
      follow(terminal(db, daemon), "Refused or unreadable", 0);
    }
  }

  @Test
  void databaseIsDown(TestDatabase db) throws Exception {
    int dead;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      dead = taken.getLocalPort();
    }
    configure(
        "seqwarden.databases.app.url = \"jdbc:postgresql://127.0.0.1:%d/app\"".formatted(dead));
    follow(terminal(db), "A database is down", 0);
  }

  @Test
  void connectionsAreCounted(TestDatabase db) throws Exception {
    try (RunningDaemon daemon = daemon(db, "mode = observe")) {
      assertThat(daemon.page()).isNotNull();
      assertThat(db.rows(block("Too many connections", 0).text())).isNotEmpty();
    }
  }

  @Test
  void guardIsMissing(TestDatabase db) throws Exception {
    db.execute(TICKET);
    configure(
        "seqwarden.databases.app { url = \"%s?user=postgres\", mode = heal, guard = ensure }"
            .formatted(db.jdbcUrl()));
    try (Connection session = db.connect();
        Statement statement = session.createStatement()) {
      session.setAutoCommit(false);
      statement.execute("insert into ticket default values");
      follow(terminal(db), "A guard is missing", 0);
    }
  }

  @Test
  void permissionDenied(TestDatabase db) throws Exception {
    String here = "Permission denied";
    db.execute(TICKET, DRIFTED);
    String role = db.createRole("watcher");
    db.execute(
        "grant select on ticket to " + role, "grant select on sequence ticket_id_seq to " + role);
    Terminal terminal =
        terminal(db)
            .place("--user seqwarden", "--user " + role)
            .place("--role seqwarden", "--role " + role)
            .shows(role, "seqwarden");
    follow(terminal, here, 0);
    follow(terminal, here, 2);
    db.execute(block(here, 3).text().replace("\"seqwarden\"", role));
    assertThat(terminal.run(block(here, 0))).contains("advanced public.ticket_id_seq of app");
  }

  @Test
  void whoWaitsForIt(TestDatabase db) throws Exception {
    assertThat(db.rows(block("Locks and timeouts", 0).text())).isEmpty();
  }

  @Test
  void sweepsAndMetrics(TestDatabase db) throws Exception {
    db.execute(TICKET);
    try (RunningDaemon daemon = daemon(db, "mode = observe")) {
      follow(terminal(db, daemon), "Sweeps are late", 0);
      follow(terminal(db, daemon), "Metrics are missing", 0);
      follow(terminal(db, daemon), "No way in", 0);
    }
  }

  @Test
  void pageShowsNothing(TestDatabase db) throws Exception {
    follow(terminal(db), "The page shows nothing", 0);
  }

  @Test
  void reloadHadNoEffect(TestDatabase db) throws Exception {
    try (RunningDaemon daemon = daemon(db, "mode = observe")) {
      daemon.rewrite("port = 0", "app { url = \"%s\", every = 5x }".formatted(db.jdbcUrl()));
      follow(terminal(db, daemon), "A reload had no effect", 0);
    }
  }

  /** Those of our own, as far as they are quoted; "..." stands for what differs. */
  @Test
  void messagesInTablesAreOurs() throws IOException {
    String sources = Messages.ofSources();
    List<String> unknown =
        Messages.inTables(PAGE).stream()
            .filter(message -> !Messages.OF_OTHERS.contains(message))
            .filter(message -> !Messages.isIn(sources, message))
            .toList();
    assertThat(unknown).isEmpty();
  }

  /** Those of picocli, Java and the driver; TlsTest meets the others about certificates. */
  @Test
  void messagesOfOthersAreTheirs(TestDatabase db) throws Exception {
    String said =
        terminal(db)
            .run(
                """
                seqwarden run
                seqwarden run -c none.conf --nonsense
                SEQWARDEN_LOG_FORMAT=xml seqwarden run -c none.conf
                "$SEQWARDEN_JAVA" -jar none.jar
                "$SEQWARDEN_JAVA" @none.options -jar none.jar
                seqwarden check --user me --url '%s?sslmode=require'
                """
                    .formatted(URL));
    assertThat(said)
        .contains(
            "Missing required option",
            "Unknown option",
            "The environment has SEQWARDEN_LOG_FORMAT=",
            "Unable to access jarfile",
            "could not open",
            "The server does not support SSL");
  }
}
