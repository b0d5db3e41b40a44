package io.seqwarden.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.seqwarden.catalog.CatalogSettings;
import io.seqwarden.drift.Bounds;
import io.seqwarden.drift.Limits;
import io.seqwarden.drift.Policy;
import io.seqwarden.postgres.Secret;
import io.seqwarden.postgres.Timeouts;
import io.seqwarden.repair.EventSettings;
import io.seqwarden.report.MetricsSettings;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.Schedule;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes of a configuration that is right. */
final class ConfigurationLoaderTest {
  private static final String SECRET = "hunter2";

  @TempDir Path directory;

  @Test
  void aUrlIsEnough() throws IOException {
    Configuration loaded = load("seqwarden.databases.app.url = \"jdbc:postgresql://db/app\"");

    assertThat(loaded.http().host()).isEqualTo("127.0.0.1");
    assertThat(loaded.http().port()).isEqualTo(8787);
    assertThat(loaded.http().token()).isEmpty();
    assertThat(loaded.http().anonymousSync()).isFalse();
    assertThat(loaded.http().hosts()).isEmpty();
    assertThat(loaded.metrics()).isEqualTo(new MetricsSettings(2000));
    assertThat(loaded.connectionsTotal()).isEqualTo(16);
    DatabaseSettings app = only(loaded);
    assertThat(app.name()).isEqualTo("app");
    assertThat(app.connection().url()).isEqualTo("jdbc:postgresql://db/app");
    assertThat(app.connection().user()).isEmpty();
    assertThat(app.connection().password()).isEmpty();
    assertThat(app.connection().connections()).isEqualTo(2);
    assertThat(app.schedule()).isEqualTo(new Schedule.Every(Duration.ofSeconds(30)));
    assertThat(app.fullEvery()).isEqualTo(Duration.ofMinutes(10));
    assertThat(app.mode()).isEqualTo(Mode.OBSERVE);
    assertThat(app.guard()).isEqualTo(GuardMode.OFF);
    assertThat(app.limits()).isEqualTo(Limits.DEFAULT);
    assertThat(app.events()).isEqualTo(new EventSettings(Duration.ofDays(30), 100_000, true));
    assertThat(app.syncExecute()).isEmpty();
    assertThat(app.catalog().include()).containsExactly("*.*");
    assertThat(app.catalog().exclude())
        .contains(
            "auth.*", "storage.*", "realtime.*", "supabase_*.*", "hdb_catalog.*", "rdsadmin.*")
        .doesNotContain("public.*");
    assertThat(app.catalog().explicit()).isEmpty();
    assertThat(app.catalog().timeouts())
        .isEqualTo(new Timeouts(Duration.ofMillis(200), Duration.ofSeconds(5)));
    assertThat(app.catalog().scanUnindexed()).isFalse();
    assertThat(app.catalog().unindexedMaxPages()).isEqualTo(128);
  }

  @Test
  void everyKey() throws IOException {
    Files.writeString(directory.resolve("token"), "\n  t0ken \n\n");
    Files.writeString(directory.resolve("pw"), " with space \r\n");
    Configuration loaded =
        load(
            """
            seqwarden {
              http { host = "[::1]", port = 0, token-file = token, anonymous-sync = true, hosts = [a.b, "[::1]"] }
              metrics { max-sequences = 5 }
              connections { total = 3 }
              databases {
                app {
                  url = "jdbc:postgresql://db/app", user = u, password-file = pw
                  cron = "0 0/5 * * * ?", full-every = 1h, mode = heal, guard = ensure, connections = 3
                  include = ["public.*", "My Schema.t?"], exclude = []
                  sequences = [
                    { table = "public.ticket", column = "Id", sequence = "public.\\"S\\"",
                      heal = true, guard = false, allocation = pooled-lo, range = [1, 9223372036854775807] }
                    { sequence = "public.s" }
                  ]
                  limits { used-ratio = 1, max-jump-ratio = 0.001, lock-timeout = 1s, statement-timeout = 1m,
                           unindexed = scan, unindexed-max-pages = 0 }
                  events { keep = 1d, max-rows = 10, in-database = false }
                  sync-execute = [app, web]
                }
              }
            }
            """);

    assertThat(loaded.http().host()).isEqualTo("::1");
    assertThat(loaded.http().port()).isZero();
    assertThat(loaded.http().token().orElseThrow().matches("t0ken")).isTrue();
    assertThat(loaded.http().anonymousSync()).isTrue();
    assertThat(loaded.http().hosts()).containsExactly("a.b", "[::1]");
    assertThat(loaded.metrics().maxSequences()).isEqualTo(5);
    assertThat(loaded.connectionsTotal()).isEqualTo(3);
    DatabaseSettings app = only(loaded);
    assertThat(app.connection().user()).contains("u");
    assertThat(app.connection().password().map(Secret::reveal)).contains(" with space ");
    assertThat(app.connection().connections()).isEqualTo(3);
    assertThat(app.schedule()).isEqualTo(new Schedule.Cron("0 0/5 * * * ?"));
    assertThat(app.fullEvery()).isEqualTo(Duration.ofHours(1));
    assertThat(app.mode()).isEqualTo(Mode.HEAL);
    assertThat(app.guard()).isEqualTo(GuardMode.ENSURE);
    assertThat(app.catalog().include()).containsExactly("public.*", "My Schema.t?");
    assertThat(app.catalog().exclude()).isEmpty();
    assertThat(app.catalog().explicit())
        .containsExactly(
            new CatalogSettings.Explicit(
                Optional.of("public.ticket"),
                Optional.of("Id"),
                Optional.of("public.\"S\""),
                new Policy(
                    Optional.of(true),
                    false,
                    Policy.Allocation.POOLED_LO,
                    Optional.of(Bounds.of(1, Long.MAX_VALUE)))),
            new CatalogSettings.Explicit(
                Optional.empty(), Optional.empty(), Optional.of("public.s"), Policy.DEFAULT));
    assertThat(app.limits()).isEqualTo(new Limits(BigDecimal.ONE, new BigDecimal("0.001")));
    assertThat(app.catalog().timeouts())
        .isEqualTo(new Timeouts(Duration.ofSeconds(1), Duration.ofMinutes(1)));
    assertThat(app.catalog().scanUnindexed()).isTrue();
    assertThat(app.catalog().unindexedMaxPages()).isZero();
    assertThat(app.events()).isEqualTo(new EventSettings(Duration.ofDays(1), 10, false));
    assertThat(app.syncExecute()).containsExactly("app", "web");
  }

  @Test
  void databasesKeepTheOrderOfTheFile() throws IOException {
    Configuration loaded =
        load(
            """
            seqwarden.databases {
              zebra { url = "jdbc:postgresql:z" }
              apple { url = "jdbc:postgresql:a" }
              mango { url = "jdbc:postgresql:m" }
              banana { url = "jdbc:postgresql:b" }
            }
            """);
    assertThat(loaded.databases().stream().map(DatabaseSettings::name))
        .containsExactly("zebra", "apple", "mango", "banana");
  }

  @Test
  void defaultsOfTheFileStandBehindEachDatabase() throws IOException {
    Files.writeString(directory.resolve("pw"), SECRET);
    Configuration loaded =
        load(
            """
            seqwarden {
              database-defaults { cron = "0 0 * * * ?", mode = heal, password-file = pw, limits { used-ratio = 0.5 } }
              databases {
                a { url = "jdbc:postgresql:a", limits { max-jump-ratio = 0.1 } }
                b { url = "jdbc:postgresql:b", every = 5s, mode = observe, password = other, limits.used-ratio = 0.6 }
                c { url = "jdbc:postgresql:c", password-file = null }
              }
            }
            """);
    DatabaseSettings a = loaded.databases().get(0);
    DatabaseSettings b = loaded.databases().get(1);
    DatabaseSettings c = loaded.databases().get(2);
    assertThat(a.schedule()).isEqualTo(new Schedule.Cron("0 0 * * * ?"));
    assertThat(a.mode()).isEqualTo(Mode.HEAL);
    assertThat(a.connection().password().map(Secret::reveal)).contains(SECRET);
    assertThat(a.limits()).isEqualTo(new Limits(new BigDecimal("0.5"), new BigDecimal("0.1")));
    assertThat(b.schedule()).isEqualTo(new Schedule.Every(Duration.ofSeconds(5)));
    assertThat(b.mode()).isEqualTo(Mode.OBSERVE);
    assertThat(b.connection().password().map(Secret::reveal)).contains("other");
    assertThat(b.limits()).isEqualTo(new Limits(new BigDecimal("0.6"), new BigDecimal("0.25")));
    assertThat(c.connection().password()).isEmpty();
  }

  /** With a FOR ALL TABLES publication the table is created only where somebody asked for it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mode = heal                 | true  | false
          events.in-database = true   | true  | true
          events.in-database = false  | false | false
          """)
  void eventTableThatWasAskedFor(String line, boolean inDatabase, boolean evenIfPublished)
      throws IOException {
    Configuration loaded =
        load("seqwarden.databases.app { url = \"jdbc:postgresql:a\"\n" + line + "\n}");
    assertThat(only(loaded).events())
        .isEqualTo(new EventSettings(Duration.ofDays(30), 100_000, inDatabase, evenIfPublished));
  }

  @Test
  void excludeCanBeAddedTo() throws IOException {
    Configuration loaded =
        load(
            """
            seqwarden.databases.app {
              url = "jdbc:postgresql:a"
              exclude = ${seqwarden.database-defaults.exclude} ["public.tmp_*"]
            }
            """);
    assertThat(only(loaded).catalog().exclude()).contains("auth.*").endsWith("public.tmp_*");
  }

  @Test
  void substitutionsFillAnyType() throws IOException {
    Path file = directory.resolve("x.conf");
    Files.writeString(
        file,
        """
        seqwarden.http.port = ${PORT}
        seqwarden.databases.app {
          url = "jdbc:postgresql://"${HOST}"/app", password = ${PW}, mode = ${MODE}, every = ${EVERY}
          limits.used-ratio = ${?RATIO}
          events.in-database = ${FLAG}
        }
        """);
    Loaded loaded =
        ConfigurationLoader.load(
            file,
            Map.of(
                "PORT", "99", "HOST", "db:5433", "PW", SECRET, "MODE", "heal", "EVERY", "2m",
                "FLAG", "false"));
    Configuration configuration = ((Loaded.Valid) loaded).configuration();
    DatabaseSettings app = only(configuration);
    assertThat(configuration.http().port()).isEqualTo(99);
    assertThat(app.connection().url()).isEqualTo("jdbc:postgresql://db:5433/app");
    assertThat(app.connection().password().map(Secret::reveal)).contains(SECRET);
    assertThat(app.mode()).isEqualTo(Mode.HEAL);
    assertThat(app.schedule()).isEqualTo(new Schedule.Every(Duration.ofMinutes(2)));
    assertThat(app.limits()).isEqualTo(Limits.DEFAULT);
    assertThat(app.events().inDatabase()).isFalse();
  }

  @Test
  void includesAreRelativeToTheirFile() throws IOException {
    Files.createDirectory(directory.resolve("db"));
    Files.writeString(
        directory.resolve("db/app.conf"),
        "seqwarden.databases.app { url = \"jdbc:postgresql:a\", mode = heal }");
    Configuration loaded =
        load("include \"db/app.conf\"\nseqwarden.databases.app.mode = observe\n");
    assertThat(only(loaded).mode()).isEqualTo(Mode.OBSERVE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          include = [a]             | "include" = [a]
          { include : [a] }         | { "include" : [a] }
          a=1,include=[a]           | a=1,"include"=[a]
          include += b              | "include" += b
          include "include = x"     | include "include = x"
          x = "include = y"         | x = "include = y"
          x = "a\\" include = y"     | x = "a\\" include = y"
          x = \"""\" include = \"""  | x = \"""\" include = \"""
          # include = y             | # include = y
          x = 1 // include = y      | x = 1 // include = y
          app.include = [a]         | app.include = [a]
          "include" = [a]           | "include" = [a]
          reinclude = [a]           | reinclude = [a]
          include-all = [a]         | include-all = [a]
          """)
  void theKeyIncludeNeedsNoQuotes(String written, String read) {
    assertThat(IncludeKey.quoted(written)).isEqualTo(read);
  }

  @Test
  void secretsAreInNoText() throws IOException {
    Files.writeString(directory.resolve("token"), SECRET);
    Configuration loaded =
        load(
            """
            seqwarden.http.token-file = token
            seqwarden.databases {
              a { url = "jdbc:postgresql://db/a?sslmode=require&password=hunter%32&sslpassword=hunter2" }
              b { url = "jdbc:postgresql://db/b", password = hunter2 }
            }
            """);
    assertThat(loaded.toString()).contains("jdbc:postgresql://db/a").doesNotContain(SECRET);
    assertThat(loaded.databases().get(0).connection().url())
        .isEqualTo("jdbc:postgresql://db/a?sslmode=require&sslpassword=hunter2");
    assertThat(loaded.databases())
        .allSatisfy(
            database ->
                assertThat(database.connection().password().map(Secret::reveal)).contains(SECRET));
  }

  @Test
  void withAUrlAlone() {
    Loaded loaded =
        Configurations.forUrl(
            "jdbc:postgresql://db:5433/shop",
            Optional.of("u"),
            Optional.of(new Secret(SECRET)),
            Mode.HEAL,
            GuardMode.ENSURE);
    Configuration configuration = ((Loaded.Valid) loaded).configuration();
    DatabaseSettings shop = only(configuration);
    assertThat(shop.name()).isEqualTo("shop");
    assertThat(shop.connection().url()).isEqualTo("jdbc:postgresql://db:5433/shop");
    assertThat(shop.connection().user()).contains("u");
    assertThat(shop.connection().password().map(Secret::reveal)).contains(SECRET);
    assertThat(shop.mode()).isEqualTo(Mode.HEAL);
    assertThat(shop.guard()).isEqualTo(GuardMode.ENSURE);
    assertThat(shop.limits()).isEqualTo(Limits.DEFAULT);
    assertThat(configuration.toString()).doesNotContain(SECRET);
  }

  @Test
  void withAUrlThatSaysMore() {
    Loaded loaded =
        Configurations.forUrl(
            "jdbc:postgresql://db/my%20shop?user=v&password=" + SECRET,
            Optional.of("u"),
            Optional.of(new Secret("other")),
            Mode.OBSERVE,
            GuardMode.OFF);
    DatabaseSettings shop = only(((Loaded.Valid) loaded).configuration());
    assertThat(shop.name()).isEqualTo("my_shop");
    assertThat(shop.connection().url()).isEqualTo("jdbc:postgresql://db/my%20shop?user=v");
    assertThat(shop.connection().user()).isEmpty();
    assertThat(shop.connection().password().map(Secret::reveal)).contains(SECRET);
  }

  @Test
  void withAUrlThatIsNone() {
    Loaded loaded =
        Configurations.forUrl(
            "postgres://u:hunter2@db/shop",
            Optional.empty(),
            Optional.empty(),
            Mode.OBSERVE,
            GuardMode.OFF);
    assertThat(((Loaded.Invalid) loaded).problems())
        .extracting(Problem::toString)
        .containsExactly(
            "--url: expected a JDBC URL such as jdbc:postgresql://localhost:5432/app: it has to"
                + " begin with jdbc:postgresql: and begins with postgres://");
  }

  /** A key that is read and not documented, or documented and not read, would be found here. */
  @Test
  void referenceDocumentsExactlyTheKeysThatAreRead() throws IOException {
    Set<String> documented = new TreeSet<>();
    ConfigObject reference = ConfigFactory.parseResources("reference.conf").getObject("seqwarden");
    collect("", reference, documented);

    Set<String> known = new TreeSet<>();
    String text =
        "seqwarden { ? = 1, http.? = 1, http.tls.? = 1, metrics.? = 1, connections.? = 1, databases.app {"
            + " url = \"jdbc:postgresql:a\", ? = 1, limits.? = 1, events.? = 1 } }";
    Path file = directory.resolve("x.conf");
    Files.writeString(file, text.replace("?", "zzzzzzzzzzzz"));
    for (Problem problem : ((Loaded.Invalid) ConfigurationLoader.load(file, Map.of())).problems()) {
      String block =
          problem
              .path()
              .replaceFirst("^seqwarden\\.", "")
              .replaceFirst("zzz.*", "")
              .replaceFirst("^databases\\.app", "database-defaults");
      String keys = problem.message().replaceFirst("^unknown key; known here are ", "");
      for (String key : keys.split(", ", -1)) {
        known.add(block + key);
      }
    }
    assertThat(known).isEqualTo(documented);
  }

  private static void collect(String prefix, ConfigObject object, Set<String> into) {
    for (Map.Entry<String, ConfigValue> each : object.entrySet()) {
      into.add(prefix + each.getKey());
      if (each.getValue() instanceof ConfigObject below) {
        collect(prefix + each.getKey() + ".", below, into);
      }
    }
  }

  private static DatabaseSettings only(Configuration configuration) {
    assertThat(configuration.databases()).hasSize(1);
    return configuration.databases().get(0);
  }

  private Configuration load(String text) throws IOException {
    Path file = directory.resolve("x.conf");
    Files.writeString(file, text);
    Loaded loaded = ConfigurationLoader.load(file, Map.of());
    assertThat(loaded).isInstanceOf(Loaded.Valid.class);
    return ((Loaded.Valid) loaded).configuration();
  }
}
