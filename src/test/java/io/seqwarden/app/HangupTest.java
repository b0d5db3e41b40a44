package io.seqwarden.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** SIGHUP, sent to a daemon in a JVM of its own. */
@ExtendWith(PostgresExtension.class)
final class HangupTest {

  @Test
  void readsTheConfigurationAgain(TestDatabase db, @TempDir Path folder) throws Exception {
    Path file = folder.resolve("seqwarden.conf");
    String valid =
        "seqwarden { http.port = 0, databases { app { url = \"%s?user=postgres\" } } }"
            .formatted(db.jdbcUrl());
    Files.writeString(file, valid);
    try (DaemonProcess daemon = DaemonProcess.start(file, Map.of())) {
      Files.writeString(file, valid.replace("url =", "usr = sales, url ="));
      daemon.signal("HUP");
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(daemon.log())
                      .contains("was not reloaded for SIGHUP")
                      .contains(file + ":1: seqwarden.databases.app.usr: unknown key"));

      Files.writeString(file, valid.replace("app {", "app { every = 1m, "));
      daemon.signal("HUP");
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(daemon.log())
                      .contains("reloaded for SIGHUP: added none, changed app, removed none"));

      assertThat(daemon.stop()).isZero();
      assertThat(daemon.log()).contains("Stopped");
    }
  }
}
