package io.seqwarden.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.app.RunningDaemon;
import io.seqwarden.config.ConfigurationLoader;
import io.seqwarden.config.Loaded;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.Program;
import io.seqwarden.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/configuration.md} shows of mistakes and of reading again. */
@ExtendWith(PostgresExtension.class)
final class ConfigurationPageTest {

  private static final Markdown PAGE = Markdown.of("docs/configuration.md");

  @TempDir Path folder;

  @Test
  void mistakesAreToldAsShown() throws IOException {
    Path file = folder.resolve("x.conf");
    Files.writeString(
        file,
        """
        seqwarden {
          http {
            port = 70000
            tokenfile = "token"
          }
          databases {
            app {
              url = "jdbc:postgresql:app"
              mode = heal
              every = 5x
            }
          }
        }
        """);
    Loaded loaded = ConfigurationLoader.load(file, Map.of());
    assertThat(loaded).isInstanceOf(Loaded.Invalid.class);
    String told =
        ((Loaded.Invalid) loaded)
            .problems().stream().map(problem -> problem + "\n").collect(Collectors.joining());
    assertThat(told.replace(file.toString(), "conf/x.conf"))
        .isEqualTo(PAGE.under("When something is wrong").get(0).text());
  }

  @Test
  void readingItAgainAnswersAsShown(TestDatabase db) throws Exception {
    Program.assumeThere("curl", "curl");
    String token = Files.writeString(folder.resolve("token"), "s3cret").getFileName().toString();
    String http = "token-file = " + token + ", port = ";
    String both =
        "app { url = \"%1$s?user=postgres\" }\nshop { url = \"%1$s?user=postgres\" }"
            .formatted(db.jdbcUrl());
    List<Markdown.Block> blocks = PAGE.under("Reading it again");
    assertThat(blocks).hasSize(2);
    try (RunningDaemon daemon = RunningDaemon.startWith(folder, http + "0", both)) {
      await().atMost(Duration.ofSeconds(60)).until(() -> daemon.get("/readyz").statusCode() == 200);
      daemon.rewrite(http + "8787", both.replaceFirst("app \\{", "app { every = 1m, "));
      String answer =
          new Terminal(folder)
              .place("http://127.0.0.1:8787", daemon.page().toString().replaceFirst("/$", ""))
              .environment("TOKEN", "s3cret")
              .run(blocks.get(0).text().replace("curl ", "curl -sS "));
      assertThat(answer.strip()).isEqualTo(blocks.get(1).text().strip());
    }
  }
}
