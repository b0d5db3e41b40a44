package io.seqwarden.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The examples of {@code docs/clients.md}, run as they stand there. */
@ExtendWith(PostgresExtension.class)
class ClientsPageTest {

  private static final Path PAGE = Path.of("docs/clients.md");
  private static final Path JAVA = Path.of("src/test/java/io/seqwarden/client");
  private static final Path DEBIANS_NODE_MODULES = Path.of("/usr/share/nodejs");
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w+)\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

  @TempDir private Path folder = Path.of("");

  private static List<String> blocks(String language) throws IOException {
    return BLOCK
        .matcher(Files.readString(PAGE))
        .results()
        .filter(found -> found.group(1).equals(language))
        .map(found -> found.group(2))
        .toList();
  }

  private static String onlyBlock(String language) throws IOException {
    assertThat(blocks(language)).hasSize(1);
    return blocks(language).get(0);
  }

  private static void assumeThere(String program) {
    boolean there =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
            .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    assumeTrue(there, program + " is not installed here");
  }

  private record Ran(int exit, String output) {}

  private Ran run(TestDatabase db, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "output", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "PGHOST",
                "127.0.0.1",
                "PGPORT",
                Integer.toString(db.port()),
                "PGDATABASE",
                db.name(),
                "PGUSER",
                TestDatabase.SUPERUSER));
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    int exit = process.waitFor();
    return new Ran(exit, Files.readString(out, StandardCharsets.UTF_8).strip());
  }

  /** A daemon that has installed everything and is not due again, and a table that then drifted. */
  private RunningDaemon drifted(TestDatabase db) throws Exception {
    db.execute("create table ticket (id serial primary key, title text)");
    RunningDaemon daemon =
        RunningDaemon.start(
            folder,
            "app { url = \"%s\", user = postgres, every = 1h, mode = heal, guard = ensure }"
                .formatted(db.jdbcUrl()));
    await().atMost(Duration.ofSeconds(60)).until(() -> daemon.get("/readyz").statusCode() == 200);
    db.execute(
        "set seqwarden.guard = off; insert into ticket select i, 'old' from generate_series(1, 40) i");
    return daemon;
  }

  @Test
  void sql(TestDatabase db) throws Exception {
    assumeThere("psql");
    try (RunningDaemon daemon = drifted(db)) {
      Path script = Files.writeString(folder.resolve("example.sql"), onlyBlock("sql"));
      Ran ran =
          run(db, Map.of(), "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-f", script.toString());
      assertThat(ran).isEqualTo(new Ran(0, "41"));
      assertThat(daemon.page()).isNotNull();
    }
    assertThat(db.one("select title from ticket where id = 41")).isEqualTo("from SQL");
  }

  @Test
  void node(TestDatabase db) throws Exception {
    assumeThere("node");
    String modules = modulesWithPg(db);
    try (RunningDaemon daemon = drifted(db)) {
      Path script = Files.writeString(folder.resolve("example.js"), onlyBlock("javascript"));
      Ran ran = run(db, Map.of("NODE_PATH", modules), "node", script.toString());
      assertThat(ran).isEqualTo(new Ran(0, "41"));
      assertThat(daemon.page()).isNotNull();
    }
    assertThat(db.one("select title from ticket where id = 41")).isEqualTo("from Node");
  }

  /** Debian's, or npm's where that registry answers. */
  private String modulesWithPg(TestDatabase db) throws IOException, InterruptedException {
    if (Files.isDirectory(DEBIANS_NODE_MODULES.resolve("pg"))) {
      return DEBIANS_NODE_MODULES.toString();
    }
    assumeThere("npm");
    Ran installed =
        run(
            db,
            Map.of(),
            "npm",
            "install",
            "--no-audit",
            "--no-fund",
            "--fetch-retries=0",
            "--fetch-timeout=20000",
            "pg@8");
    assumeTrue(
        installed.exit() == 0,
        "neither Debian's node-pg is installed here nor does npm's registry answer");
    return folder.resolve("node_modules").toString();
  }

  @Test
  void python(TestDatabase db) throws Exception {
    assumeThere("python3");
    Path python =
        Files.isExecutable(Path.of("/usr/bin/python3"))
            ? Path.of("/usr/bin/python3")
            : Path.of("python3");
    assumeTrue(
        run(db, Map.of(), python.toString(), "-c", "import psycopg2").exit() == 0,
        "psycopg2 is not installed here");
    try (RunningDaemon daemon = drifted(db)) {
      Path script = Files.writeString(folder.resolve("example.py"), onlyBlock("python"));
      Ran ran = run(db, Map.of(), python.toString(), script.toString());
      assertThat(ran).isEqualTo(new Ran(0, "41"));
      assertThat(daemon.page()).isNotNull();
    }
    assertThat(db.one("select title from ticket where id = 41")).isEqualTo("from Python");
  }

  @Test
  void curl(TestDatabase db) throws Exception {
    assumeThere("curl");
    try (RunningDaemon daemon = drifted(db)) {
      String seqwarden = daemon.page().toString().replaceFirst("/$", "");
      Ran ran =
          run(
              db,
              Map.of("SEQWARDEN", seqwarden, "TOKEN", "none-is-set-here"),
              "sh",
              "-c",
              onlyBlock("sh"));
      Matcher answer = Pattern.compile("answers `(\\{.*\\})`").matcher(Files.readString(PAGE));
      assertThat(answer.find()).isTrue();
      assertThat(ran).isEqualTo(new Ran(0, answer.group(1)));
    }
    assertThat(db.one("insert into ticket (title) values ('x') returning id")).isEqualTo("41");
  }

  /** Java stands in test sources, where it is compiled and run. */
  @Test
  void javaIsTakenFromWhatTestsRun() throws IOException {
    StringBuilder sources = new StringBuilder();
    try (Stream<Path> files = Files.list(JAVA)) {
      for (Path file : files.filter(f -> f.toString().endsWith("Example.java")).toList()) {
        sources.append(words(Files.readString(file))).append('\n');
      }
    }
    List<String> missing = new ArrayList<>();
    for (String block : blocks("java")) {
      if (sources.indexOf(words(block)) < 0) {
        missing.add(block);
      }
    }
    assertThat(missing).isEmpty();
    assertThat(blocks("java")).hasSizeGreaterThan(4);
  }

  private static String words(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }
}
