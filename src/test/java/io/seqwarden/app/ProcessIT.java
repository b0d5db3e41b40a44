package io.seqwarden.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.seqwarden.testing.ManyTables;
import io.seqwarden.testing.PackagedDaemon;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the packaged daemon needs under the packaged options. */
@ExtendWith(PostgresExtension.class)
class ProcessIT {

  /** The bar for 10,000 sequences; these few leave room for whatever machine this runs on. */
  private static final long MOST_KB = 160 * 1024;

  private static final int TABLES = 1_000;

  @Test
  void manySweepsTakeNoMoreMemoryThanFew(TestDatabase db, @TempDir Path folder) throws Exception {
    assumeThat(Files.exists(Path.of("/proc/self/status"))).as("/proc, which tells memory").isTrue();
    db.execute(ManyTables.create(TABLES));
    String app =
        "databases { app { url = \"%s?user=postgres\", every = 1h } }".formatted(db.jdbcUrl());
    try (PackagedDaemon daemon = PackagedDaemon.start(folder, app)) {
      sweep(daemon, 10);
      long early = PackagedDaemon.kilobytes(daemon.pid(), "VmRSS");

      sweep(daemon, 40);

      long late = PackagedDaemon.kilobytes(daemon.pid(), "VmRSS");
      assertThat(late).isBetween(1L, MOST_KB);
      assertThat(late - early).as("growth in kB").isLessThan(24 * 1024);
    }
  }

  private static void sweep(PackagedDaemon daemon, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      assertThat(daemon.post("/api/v1/databases/app/sync").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void theReadmeNamesTheOptionsThatArePackaged() throws Exception {
    assertThat(Files.readString(Path.of("README.md")))
        .contains("java @target/jvm.options -jar target/seqwarden.jar");
    assertThat(Path.of(System.getProperty("seqwarden.jvmOptions", "")))
        .hasSameTextualContentAs(Path.of("src/main/jvm/jvm.options"))
        .hasFileName("jvm.options");
  }
}
