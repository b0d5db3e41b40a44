package io.seqwarden.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.seqwarden.docs.Markdown;
import io.seqwarden.docs.Terminal;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.Program;
import io.seqwarden.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What {@code README.md} tells to type, typed; what it shows is what comes, but for numbers. */
@ExtendWith(PostgresExtension.class)
final class ReadmeTest {

  private static final Markdown README = Markdown.of("README.md");

  @TempDir Path folder;

  /** Maven's part of the command is the build's own; see MavenCommandsTest. */
  @Test
  void theDemoDoesWhatIsShown() throws Exception {
    List<Markdown.Block> blocks = README.under("Try it");
    assertThat(blocks.get(0).text()).endsWith(" demo\n");
    List<String> shown = Terminal.shape(blocks.get(1).text()).lines().toList();
    Path log = folder.resolve("demo.log");
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dlogback.configurationFile=logback.xml",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName(),
                "demo",
                "--port",
                "0")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(() -> assertThat(shapes(log)).containsAll(shown));
      // Up to the first failure nothing comes by chance.
      assertThat(shapes(log)).startsWith(shown.subList(0, 7).toArray(String[]::new));
    } finally {
      demo.destroy();
      if (!demo.waitFor(30, TimeUnit.SECONDS)) {
        demo.destroyForcibly();
      }
    }
  }

  private static List<String> shapes(Path log) throws IOException {
    String packaged = Files.readString(log).replace("(unpackaged)", "0.1.0-SNAPSHOT");
    return Terminal.shape(packaged).lines().toList();
  }

  @Test
  void checkSaysWhatIsShown(TestDatabase db) throws Exception {
    db.execute(
        "create table ticket (id bigserial primary key)",
        "insert into ticket select generate_series(1, 1285)",
        "create sequence code",
        "create table voucher (code text primary key default 'V-' || nextval('code'))",
        "create table invoice (id serial primary key)",
        "insert into invoice values (2147483647)",
        "create table customer (id serial primary key)",
        "insert into customer select from generate_series(1, 40)");
    List<Markdown.Block> blocks = README.under("Look at your own database");
    assertThat(blocks).hasSize(2);

    String said =
        new Terminal(folder)
            .place("jdbc:postgresql://localhost:5432/app", db.jdbcUrl())
            .place("--user me", "--user " + TestDatabase.SUPERUSER)
            .shows(db.name(), "app")
            .run(blocks.get(0));

    assertThat(Terminal.shape(said)).isEqualTo(Terminal.shape(blocks.get(1).text()));
  }

  /** The configuration of "Run it", and the call of "HTTP" to the daemon that it makes. */
  @Test
  void theDaemonRunsAndHealsWhenAsked(TestDatabase db) throws Exception {
    Program.assumeThere("curl", "curl");
    db.execute("create table ticket (id serial primary key)");
    Files.writeString(folder.resolve("app.password"), "none is asked for");
    Files.writeString(folder.resolve("token"), "s3cret");
    Files.createDirectory(folder.resolve("conf"));
    String configuration =
        README
            .blocks("hocon")
            .get(0)
            .text()
            .replace("jdbc:postgresql://localhost:5432/app", db.jdbcUrl())
            .replace("\"seqwarden\"", TestDatabase.SUPERUSER)
            .replace("/etc/seqwarden/app.password", folder.resolve("app.password").toString());
    Path file = folder.resolve("conf/seqwarden.conf");
    Files.writeString(
        file,
        configuration
            + "seqwarden.http { port = 0, token-file = \"%s\" }\n"
                .formatted(folder.resolve("token")));
    assertThat(README.under("Run it").get(1).text())
        .isEqualTo(
            "java @target/jvm.options -jar target/seqwarden.jar run -c conf/seqwarden.conf\n");
    try (DaemonProcess daemon = DaemonProcess.start(file, java.util.Map.of())) {
      String page = daemon.page().toString().replaceFirst("/$", "");
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(daemon.log()).contains("app is reached"));
      db.execute("set seqwarden.guard = off; insert into ticket values (50)");

      String answer =
          new Terminal(folder)
              .place("http://127.0.0.1:8787", page)
              .environment("TOKEN", "s3cret")
              .run(README.under("HTTP").get(0).text().replace("curl ", "curl -sS "));

      assertThat(new ObjectMapper().readTree(answer).get("state").asText()).isEqualTo("in_sync");
      assertThat(db.one("insert into ticket default values returning id")).isEqualTo("51");
    }
  }
}
