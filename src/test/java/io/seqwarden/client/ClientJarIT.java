package io.seqwarden.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.Driver;

/** {@code target/seqwarden-client.jar} carries the client and nothing else, and needs no more. */
@ExtendWith(PostgresExtension.class)
class ClientJarIT {

  private static final String JAR = String.valueOf(System.getProperty("seqwarden.client.jar"));
  private static final String CLASS = "io/seqwarden/client/[A-Z]\\w*(\\$\\w+)*\\.class";

  @Test
  void itCarriesNothingElse() throws IOException {
    try (JarFile jar = new JarFile(JAR);
        Stream<JarEntry> entries = jar.stream()) {
      assertThat(
              entries
                  .filter(entry -> !entry.isDirectory())
                  .map(JarEntry::getName)
                  .filter(name -> !name.matches(CLASS)))
          .containsExactlyInAnyOrder(
              "META-INF/LICENSE",
              "META-INF/MANIFEST.MF",
              "io/seqwarden/catalog/discovery.sql",
              "io/seqwarden/catalog/discovery_settings.sql",
              "io/seqwarden/client/begin.sql",
              "io/seqwarden/client/fed.sql",
              "io/seqwarden/client/heal.sql",
              "io/seqwarden/client/outlier_bound.sql",
              "io/seqwarden/client/violated.sql",
              "io/seqwarden/repair/advance.sql");
      assertThat(jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name"))
          .isEqualTo("io.seqwarden.client");
    }
    assertThat(new File(JAR).length()).isLessThan(100_000);
  }

  @Test
  void itNeedsTheJdkAndTheDriverOnly() {
    assertThat(jdeps("--print-module-deps", "--ignore-missing-deps").strip().split(","))
        .isSubsetOf("java.base", "java.sql", "java.logging");
    // The classes' lines are indented; one for the jar as a whole comes before them.
    assertThat(jdeps("-verbose:class").lines().filter(line -> line.matches(" .*not found")))
        .isNotEmpty()
        .allMatch(line -> line.contains("-> org.postgresql."));
  }

  private static String jdeps(String... options) {
    StringWriter output = new StringWriter();
    String[] arguments = Stream.concat(Stream.of(options), Stream.of(JAR)).toArray(String[]::new);
    int exit =
        ToolProvider.findFirst("jdeps")
            .orElseThrow()
            .run(new PrintWriter(output), new PrintWriter(output), arguments);
    assertThat(exit).as(output.toString()).isZero();
    return output.toString();
  }

  /** Beside nothing but the driver, in a JDK that has nothing but those modules. */
  @EveryMajor(ends = true)
  void itHealsWithNothingElseOnTheClassPath(TestDatabase db) throws Exception {
    db.execute(
        "create table ticket (id serial primary key, title text)",
        "insert into ticket select i from generate_series(1, 40) as i");
    String driver =
        Path.of(Driver.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .toString();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--limit-modules",
                "java.base,java.sql,java.logging",
                "-cp",
                String.join(
                    File.pathSeparator,
                    List.of(JAR, driver, Path.of("target", "test-classes").toString())),
                ClientProbe.class.getName(),
                db.jdbcUrl() + "?user=" + TestDatabase.SUPERUSER)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output.lines()).contains("id 41");
  }
}
