package io.seqwarden.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of each mistake, word for word. The file's directory is cut off. */
final class ConfigurationProblemsTest {
  private static final String URL = "url = \"jdbc:postgresql://localhost/app\"";
  private static final String SECRET = "hunter2";

  @TempDir Path directory;

  @Test
  void everyProblemComesInOneAnswer() throws IOException {
    assertThat(
            problems(
                """
                seqwarden {
                  http {
                    port = 70000
                    tokenfile = "x"
                  }
                  metrics { max-sequences = many }
                  databases {
                    app {
                      url = "postgres://u:hunter2@localhost/app"
                      every = 5x
                      limits {
                        used-ratio = 1.5
                        lock-timeout = 0s
                      }
                    }
                    other {
                      mode = heel
                    }
                  }
                  extra = 1
                }
                """))
        .containsExactly(
            "x.conf:3: seqwarden.http.port: expected a whole number from 0 to 65535, got 70000",
            "x.conf:4: seqwarden.http.tokenfile: unknown key; did you mean token-file?",
            "x.conf:6: seqwarden.metrics.max-sequences: expected a whole number from 0 to 1000000,"
                + " got \"many\"",
            "x.conf:9: seqwarden.databases.app.url: expected a JDBC URL such as"
                + " jdbc:postgresql://localhost:5432/app: it has to begin with jdbc:postgresql:"
                + " and begins with postgres://",
            "x.conf:10: seqwarden.databases.app.every: expected a duration of at least 1s such as"
                + " 30s, got \"5x\"",
            "x.conf:12: seqwarden.databases.app.limits.used-ratio: expected a number above 0 and at"
                + " most 1, got 1.5",
            "x.conf:13: seqwarden.databases.app.limits.lock-timeout: expected a duration of at"
                + " least 1ms such as 200ms, got \"0s\"",
            "x.conf:16: seqwarden.databases.other.url: expected a JDBC URL such as"
                + " jdbc:postgresql://localhost:5432/app, got none",
            "x.conf:17: seqwarden.databases.other.mode: expected observe or heal, got \"heel\"",
            "x.conf:20: seqwarden.extra: unknown key; known here are http, metrics, connections,"
                + " databases, database-defaults");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          every = 999ms             | every: expected a duration of at least 1s such as 30s, got "999ms"
          every = 30                | every: expected a duration of at least 1s such as 30s, got 30
          every = null              | every: expected a duration of at least 1s such as 30s, got null
          every = [1]               | every: expected a duration of at least 1s such as 30s, got a list
          full-every = -5m          | full-every: expected a duration of at least 1s such as 10m, got "-5m"
          cron = "0 0/5 * * *"      | cron: expected a Quartz cron expression such as "0 0/5 * * * ?", got "0 0/5 * * *": Unexpected end of expression.
          cron = "x"                | cron: expected a Quartz cron expression such as "0 0/5 * * * ?", got "x": Illegal cron expression format
          cron = { a = 1 }          | cron: expected a Quartz cron expression such as "0 0/5 * * * ?", got a block
          mode = HEAL               | mode: expected observe or heal, got "HEAL"
          mode = 5                  | mode: expected observe or heal, got 5
          guard = on                | guard: expected off or check or ensure, got "on"
          connections = 0           | connections: expected a whole number from 1 to 1000, got 0
          connections = 1.5         | connections: expected a whole number from 1 to 1000, got 1.5
          connections = 1e999999999 | connections: expected a whole number from 1 to 1000, got 1e999999999
          connections = 17          | connections: database app may use 17 connections, and seqwarden.connections.total allows 16 over all databases; lower the one or raise the other
          user = ""                 | user: expected a role's name, got ""
          user = { name = x }       | user: expected a role's name, got a block
          include = "*.*"           | include: expected a list of schema.table patterns, got "*.*"
          include = [ticket]        | include[0]: expected a schema.table pattern without quotes, such as "public.*", got "ticket"
          exclude = ["a.b", ".b"]   | exclude[1]: expected a schema.table pattern without quotes, such as "public.*", got ".b"
          exclude = ["a."]          | exclude[0]: expected a schema.table pattern without quotes, such as "public.*", got "a."
          exclude = ["\\"A\\".b"]     | exclude[0]: expected a schema.table pattern without quotes, such as "public.*", got "\\"A\\".b"
          exclude = [["a.b"]]       | exclude[0]: expected a schema.table pattern without quotes, such as "public.*", got a list
          sync-execute = app        | sync-execute: expected a list of roles, got "app"
          sync-execute = [""]       | sync-execute[0]: expected a role's name, got ""
          limits = 5                | limits: expected a block { ... }, got 5
          limits.used-ratio = 0     | limits.used-ratio: expected a number above 0 and at most 1, got 0
          limits.used-ratio = "90%" | limits.used-ratio: expected a number above 0 and at most 1, got "90%"
          limits.max-jump-ratio = 1.01 | limits.max-jump-ratio: expected a number above 0 and at most 1, got 1.01
          limits.statement-timeout = 0 | limits.statement-timeout: expected a duration of at least 1ms such as 5s, got 0
          limits.unindexed = read   | limits.unindexed: expected skip or scan, got "read"
          limits.unindexed-max-pages = -1 | limits.unindexed-max-pages: expected a whole number from 0 to 2147483647, got -1
          events.keep = 30 dogs     | events.keep: expected a duration of at least 1s such as 30d, got "30 dogs"
          events.max-rows = 0       | events.max-rows: expected a whole number from 1 to 100000000, got 0
          events.in-database = maybe | events.in-database: expected true or false, got "maybe"
          password = ""             | password: expected a text that is not empty (its value is not shown)
          password = [hunter2]      | password: expected a text that is not empty (its value is not shown)
          password-file = 5.        | password-file: cannot read DIR/5.: no such file
          fullEvery = 5m            | fullEvery: unknown key; did you mean full-every?
          used-ratio = 0.5          | used-ratio: unknown key; did you mean limits.used-ratio?
          keep = 5d                 | keep: unknown key; did you mean events.keep?
          pasword = hunter2         | pasword: unknown key; did you mean password?
          limits.lock_timout = 5s   | limits.lock_timout: unknown key; did you mean lock-timeout?
          "a b" = 5                 | "a b": unknown key; known here are url, user, password, password-file, connections, every, cron, full-every, guard, mode, sync-execute, limits, include, exclude, sequences, events
          guard = ensure            | guard: ensure installs triggers, and mode = observe writes nothing; set mode = heal, or guard = check to be told where it is missing
          """)
  void eachKeyOfADatabase(String line, String message) throws IOException {
    assertThat(problems("seqwarden.databases.app {\n" + URL + "\n" + line + "\n}\n"))
        .containsExactly("x.conf:3: seqwarden.databases.app." + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          5                                        | : expected a block such as { table = "public.ticket", column = "id" }, got 5
          {}                                       | : expected table and column, or sequence, or all three; got none of them
          { table = "public.ticket" }              | : table is given without column; say which of its columns is fed
          { column = id, sequence = "a.s" }        | : column is given without table; say in which table it is
          { table = ticket, column = id }          | .table: expected a name with its schema as SQL writes it, such as public.ticket, got "ticket"
          { table = "a.b; DROP", column = id }     | .table: expected a name with its schema as SQL writes it, such as public.ticket, got "a.b; DROP"
          { table = "a.b", column = "" }           | .column: expected a column's name such as id, got ""
          { sequence = "a.b.c" }                   | .sequence: expected a name with its schema as SQL writes it, such as public.ticket_id_seq, got "a.b.c"
          { sequence = "a.s", heal = soon }        | .heal: expected true or false, got "soon"
          { sequence = "a.s", guard = 1 }          | .guard: expected true or false, got 1
          { sequence = "a.s", allocation = pool }  | .allocation: expected plain or pooled or pooled-lo or hilo, got "pool"
          { sequence = "a.s", range = 5 }          | .range: expected two ids, the lower first, such as [1, 1000000], got 5
          { sequence = "a.s", range = [5] }        | .range: expected two ids, the lower first, such as [1, 1000000], got a list of 1
          { sequence = "a.s", range = [5, 4] }     | .range: expected two ids, the lower first, such as [1, 1000000], got [5, 4]
          { sequence = "a.s", range = [1, 9223372036854775808] } | .range[1]: expected an id, a whole number from -9223372036854775808 to 9223372036854775807, got "9223372036854775808"
          { sequence = "a.s", range = [0.5, 4] }   | .range[0]: expected an id, a whole number from -9223372036854775808 to 9223372036854775807, got 0.5
          { sequence = "a.s", steps = 5 }          | .steps: unknown key; known here are table, column, sequence, heal, guard, allocation, range
          """)
  void eachKeyOfASequence(String entry, String message) throws IOException {
    assertThat(
            problems("seqwarden.databases.app {\n" + URL + "\nsequences = [\n" + entry + "]\n}\n"))
        .containsExactly("x.conf:4: seqwarden.databases.app.sequences[0]" + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          jdbc:mysql://localhost/app          | it has to begin with jdbc:postgresql: and begins with jdbc:mysql://
          localhost:5432/app                  | it has to begin with jdbc:postgresql: and begins otherwise
          jdbc:postgresql://localhost         | a / and the database's name are missing after the host
          jdbc:postgresql:/app                | it has one / where // and the host belong
          jdbc:postgresql://localhost/a/b     | it has a / too many
          jdbc:postgresql://u:hunter2@host/a  | the driver takes no user and password before the host; give them as user and password
          jdbc:postgresql://host:port/app     | the host is no name, address or [IPv6 address] with a port of digits
          jdbc:postgresql://::1/app           | the host is no name, address or [IPv6 address] with a port of digits
          jdbc:postgresql://a:5432,b:0/app    | port 0 is not from 1 to 65535
          jdbc:postgresql://host:70000/app    | port 70000 is not from 1 to 65535
          jdbc:postgresql://host/app?=x       | an argument after the ? has no name
          jdbc:postgresql://host/app?ssl=%zz  | ssl has a % that begins no %XX
          jdbc:postgresql://host/%            | the database's name has a % that begins no %XX
          """)
  void urlsThatDoNotParse(String url, String cause) throws IOException {
    assertThat(problems("seqwarden.databases.app {\nurl = \"" + url + "\"\n}\n"))
        .containsExactly(
            "x.conf:2: seqwarden.databases.app.url: expected a JDBC URL such as"
                + " jdbc:postgresql://localhost:5432/app: "
                + cause);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          host = ""                       | host: expected an address of this machine such as 127.0.0.1, got ""
          host = "no such host"           | host: expected an address of this machine such as 127.0.0.1, got "no such host"
          host = "0.0.0.0"                | host: "0.0.0.0" is no loopback address, and a listener that others reach does not start without a token; set seqwarden.http.token-file, or listen on 127.0.0.1
          host = "::"                     | host: "::" is no loopback address, and a listener that others reach does not start without a token; set seqwarden.http.token-file, or listen on 127.0.0.1
          port = -1                       | port: expected a whole number from 0 to 65535, got -1
          anonymous-sync = perhaps        | anonymous-sync: expected true or false, got "perhaps"
          hosts = "watch.example.org"     | hosts: expected a list of host names, got "watch.example.org"
          hosts = ["http://example.org/"] | hosts[0]: expected a host name without scheme and port, such as watch.example.org, got "http://example.org/"
          token-file = "missing"          | token-file: cannot read DIR/missing: no such file
          token = hunter2                 | token: unknown key; known here are host, port, token-file, anonymous-sync, hosts, tls
          """)
  void eachKeyOfHttp(String line, String message) throws IOException {
    assertThat(problems("seqwarden.databases.app {" + URL + "}\nseqwarden.http {\n" + line + "\n}"))
        .containsExactly("x.conf:3: seqwarden.http." + message);
  }

  @Test
  void anonymousSyncIsForLoopbackAlone() throws IOException {
    Files.writeString(directory.resolve("token"), "t\n");
    assertThat(
            problems(
                "seqwarden.databases.app {"
                    + URL
                    + "}\nseqwarden.http {\nhost = \"0.0.0.0\"\ntoken-file = token\nanonymous-sync"
                    + " = true\n}"))
        .containsExactly(
            "x.conf:5: seqwarden.http.anonymous-sync: is for loopback alone, and seqwarden.http.host"
                + " is not; leave it out and give callers the token of seqwarden.http.token-file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "  \r\n", "\n\n"})
  void emptySecretFile(String content) throws IOException {
    Files.writeString(directory.resolve("pw"), content);
    assertThat(withPasswordFile())
        .containsExactly(
            "x.conf:3: seqwarden.databases.app.password-file: cannot use DIR/pw: it is empty");
  }

  @Test
  void secretFileOfTwoLines() throws IOException {
    Files.writeString(directory.resolve("pw"), SECRET + "\n# comment\n");
    assertThat(withPasswordFile())
        .containsExactly(
            "x.conf:3: seqwarden.databases.app.password-file: cannot use DIR/pw: it has more than"
                + " one line");
  }

  @Test
  void secretFileThatIsADirectory() throws IOException {
    Files.createDirectory(directory.resolve("pw"));
    assertThat(withPasswordFile())
        .containsExactly(
            "x.conf:3: seqwarden.databases.app.password-file: cannot read DIR/pw: it is a"
                + " directory");
  }

  @Test
  void secretFileThatIsNoText() throws IOException {
    Files.write(directory.resolve("pw"), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThat(withPasswordFile())
        .containsExactly(
            "x.conf:3: seqwarden.databases.app.password-file: cannot read DIR/pw: it is not UTF-8"
                + " text");
  }

  @Test
  void secretFileThatIsHuge() throws IOException {
    Files.writeString(directory.resolve("pw"), "x".repeat(65_537));
    assertThat(withPasswordFile())
        .containsExactly(
            "x.conf:3: seqwarden.databases.app.password-file: cannot read DIR/pw: it is larger than"
                + " 64 KiB");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          every = 5s ~ cron = "0 * * * * ?"     | 4: seqwarden.databases.app.cron: every is given too; keep one of them
          password = hunter2 ~ password-file = x | 4: seqwarden.databases.app.password-file: password is given too; keep one of them
          url = "jdbc:postgresql:a?password=hunter2" ~ password = x | 4: seqwarden.databases.app.password: the URL carries a password too; keep one of them
          url = "jdbc:postgresql:a?user=u" ~ user = v | 4: seqwarden.databases.app.user: the URL names a user too; keep one of them
          """)
  void keysThatExcludeEachOther(String lines, String message) throws IOException {
    assertThat(
            problems(
                "seqwarden.databases.app {\n" + URL + "\n" + lines.replace("~", "\n") + "\n}\n"))
        .containsExactly("x.conf:" + message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "seqwarden {}", "seqwarden.databases {}", "seqwarden.databases.app = null"})
  void noDatabases(String text) throws IOException {
    assertThat(problems(text))
        .allSatisfy(
            problem ->
                assertThat(problem)
                    .matches(
                        "x\\.conf(:1)?: seqwarden\\.databases: expected one database or more, such"
                            + " as \\{ app \\{ url = \"jdbc:postgresql://localhost:5432/app\" \\}"
                            + " \\}, got none"))
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          seqwarden.databases.app = 5  | x.conf:1: seqwarden.databases.app: expected a block such as { url = "jdbc:postgresql://localhost:5432/app" }, got 5
          seqwarden.databases = [5]    | x.conf:1: seqwarden.databases: expected a block { ... }, got a list
          seqwarden = 5                | x.conf:1: seqwarden: expected a block { ... }, got 5
          """)
  void blocksThatAreNone(String text, String message) throws IOException {
    assertThat(problems(text)).contains(message);
  }

  @Test
  void unknownKeysAtTheTop() throws IOException {
    assertThat(problems("seqwardn.http.port = 1\nseqwarden.databases.app {" + URL + "}"))
        .containsExactly("x.conf:1: seqwardn: unknown key; did you mean seqwarden?");
  }

  @Test
  void aNameThatIsNone() throws IOException {
    assertThat(problems("seqwarden.databases {\n\"a/b\" {" + URL + "}\n}"))
        .containsExactly(
            "x.conf:1: seqwarden.databases.\"a/b\": expected a name of 1 to 63 letters, digits,"
                + " dots, hyphens and underscores that begins with a letter or digit: it becomes"
                + " part of URLs and of metrics");
  }

  @Test
  void whatStandsInTheDefaultsIsReportedOnceAndThere() throws IOException {
    assertThat(
            problems(
                "seqwarden {\ndatabase-defaults {\nevery = 5\nmod = heal\n}\ndatabases { a {"
                    + URL
                    + "}, b {"
                    + URL
                    + "} } }"))
        .containsExactly(
            "x.conf:3: seqwarden.database-defaults.every: expected a duration of at least 1s such as"
                + " 30s, got 5",
            "x.conf:4: seqwarden.database-defaults.mod: unknown key; did you mean mode?");
  }

  @Test
  void connectionsThatTheTotalDoesNotAllow() throws IOException {
    assertThat(problems("seqwarden.databases.app {" + URL + "}\nseqwarden.connections.total = 1\n"))
        .containsExactly(
            "x.conf:2: seqwarden.connections.total: database app may use 2 connections, and"
                + " seqwarden.connections.total allows 1 over all databases; lower the one or raise"
                + " the other");
  }

  @Test
  void aFileThatIsMissing() {
    assertThat(shown(ConfigurationLoader.load(directory.resolve("none.conf"), Map.of())))
        .containsExactly("none.conf: cannot read the configuration: no such file");
  }

  @Test
  void aFileThatIsADirectory() throws IOException {
    Files.createDirectory(directory.resolve("d.conf"));
    assertThat(shown(ConfigurationLoader.load(directory.resolve("d.conf"), Map.of())))
        .containsExactly("d.conf: cannot read the configuration: it is a directory");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          password = "hunter2                | 2: not valid HOCON: a quoted string does not end on its line
          password = hunter2?                | 2: not valid HOCON: a value with a character that needs double quotes stands without them
          password : hunter2 = x             | 2: not valid HOCON: a value has to be followed by a comma or the end of its line; one with special characters needs double quotes
          password hunter2                   | 3: not valid HOCON: a key has to be followed by =, : or {
          password = "hunter\\2"             | 2: not valid HOCON: a backslash in a quoted string has to be written twice
          password = ${hunter2               | 2: not valid HOCON: a ${ is not closed by a }
          password = \"""hunter2             | 3: not valid HOCON: a text in triple quotes is not closed
          password { hunter2 = 1             | 3: not valid HOCON: the file ends inside of an open { or [
          password = [hunter2                | 3: not valid HOCON: the file ends inside of an open { or [
          password = [hunter2}               | 2: not valid HOCON: the elements of a list are separated by commas or line ends, and it ends with ]
          }                                  | 2: not valid HOCON: a closing brace stands without an opening one
          include hunter2                    | 2: not valid HOCON: include is followed by a file name in double quotes, or by required("...")
          """)
  void syntaxErrorsQuoteNothing(String line, String message) throws IOException {
    assertThat(problems("a = 1\n" + line + "\n")).containsExactly("x.conf:" + message);
  }

  @Test
  void substitutionsThatFailAreAllReported() throws IOException {
    assertThat(
            problems(
                """
                seqwarden.databases.app {
                url = "jdbc:postgresql://"${DB_HOST}"/app"
                password = ${DB_PASSWORD}
                connections = ${DB_CONNECTIONS}
                mode = ${?DB_MODE}
                every = 5
                }
                """))
        .containsExactly(
            "x.conf:2: ${DB_HOST} is neither an environment variable nor a key; set it, or write"
                + " ${?DB_HOST} where it may be missing",
            "x.conf:3: ${DB_PASSWORD} is neither an environment variable nor a key; set it, or"
                + " write ${?DB_PASSWORD} where it may be missing",
            "x.conf:4: ${DB_CONNECTIONS} is neither an environment variable nor a key; set it, or"
                + " write ${?DB_CONNECTIONS} where it may be missing",
            "x.conf:6: seqwarden.databases.app.every: expected a duration of at least 1s such as"
                + " 30s, got 5");
  }

  @Test
  void substitutionsThatGoRound() throws IOException {
    assertThat(problems("seqwarden.databases.app.url = ${b}\nb = ${c}\nc = ${b}\n"))
        .containsExactly("x.conf:3: substitutions that go round in a circle");
  }

  @Test
  void valuesThatCannotBeJoined() throws IOException {
    assertThat(problems("seqwarden.databases.app = ${PW} { " + URL + " }\n", Map.of("PW", SECRET)))
        .containsExactly(
            "x.conf: a plain value and a block or a list stand side by side, perhaps through a"
                + " ${...}, and cannot be joined");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          every = ${PW}              | every: expected a duration of at least 1s such as 30s, got what ${PW} holds
          every = x${PW}             | every: expected a duration of at least 1s such as 30s, got what ${PW} holds
          cron = ${PW}               | cron: expected a Quartz cron expression such as "0 0/5 * * * ?", got what ${PW} holds
          mode = ${PW}               | mode: expected observe or heal, got what ${PW} holds
          connections = ${PW}        | connections: expected a whole number from 1 to 1000, got what ${PW} holds
          include = [${PW}]          | include[0]: expected a schema.table pattern without quotes, such as "public.*", got what ${PW} holds
          limits.used-ratio = ${PW}  | limits.used-ratio: expected a number above 0 and at most 1, got what ${PW} holds
          """)
  void whatTheEnvironmentHoldsIsNamedAndNotShown(String line, String message) throws IOException {
    assertThat(
            problems(
                "seqwarden.databases.app {\n" + URL + "\n" + line + "\n}\n", Map.of("PW", SECRET)))
        .allSatisfy(
            problem ->
                assertThat(problem)
                    .matches("x\\.conf:[13]: .*")
                    .endsWith(": seqwarden.databases.app." + message))
        .hasSize(1);
  }

  @Test
  void anIncludedFileIsNamed() throws IOException {
    Files.writeString(directory.resolve("app.conf"), "mode = heal\nevery = 5\n");
    assertThat(
            problems("seqwarden.databases.app {\n" + URL + "\ninclude \"app.conf\"\nguard = no\n}"))
        .containsExactly(
            "app.conf:2: seqwarden.databases.app.every: expected a duration of at least 1s such as"
                + " 30s, got 5",
            "x.conf:4: seqwarden.databases.app.guard: expected off or check or ensure, got \"no\"");
  }

  @Test
  void problemsWithIncludesDoNotHideOthers() throws IOException {
    Files.writeString(directory.resolve("bad.conf"), "a = 1\nb = \"hunter2\n");
    Files.writeString(directory.resolve("round.conf"), "include \"round.conf\"\n");
    assertThat(
            problems(
                """
                include "not-there-and-not-needed"
                include required("gone")
                include file("bad.conf")
                include "round.conf"
                include url("http://127.0.0.1/x.conf")
                include classpath("x.conf")
                seqwarden.databases.app {
                  include = [5]
                }
                """))
        .containsExactly(
            "bad.conf:2: not valid HOCON: a quoted string does not end on its line",
            "round.conf: includes are nested too deeply, or a file includes itself: DIR/round.conf",
            "x.conf: cannot include DIR/gone: no such file",
            "x.conf: include classpath(...) is not allowed here; include a file",
            "x.conf: include url(...) is not allowed here; include a file",
            "x.conf:7: seqwarden.databases.app.url: expected a JDBC URL such as"
                + " jdbc:postgresql://localhost:5432/app, got none",
            "x.conf:8: seqwarden.databases.app.include[0]: expected a schema.table pattern without"
                + " quotes, such as \"public.*\", got 5");
  }

  private List<String> withPasswordFile() throws IOException {
    return problems("seqwarden.databases.app {\n" + URL + "\npassword-file = pw\n}\n");
  }

  private List<String> problems(String text) throws IOException {
    return problems(text, Map.of());
  }

  private List<String> problems(String text, Map<String, String> environment) throws IOException {
    Path file = directory.resolve("x.conf");
    Files.writeString(file, text);
    List<String> shown = shown(ConfigurationLoader.load(file, environment));
    // Whatever else a test looks for.
    assertThat(shown).noneMatch(problem -> problem.contains(SECRET));
    return shown;
  }

  private List<String> shown(Loaded loaded) {
    assertThat(loaded).isInstanceOf(Loaded.Invalid.class);
    return ((Loaded.Invalid) loaded)
        .problems().stream()
            .map(Problem::toString)
            .map(text -> text.replaceFirst("^" + directory + "/", ""))
            .map(text -> text.replace(directory.toString(), "DIR"))
            .toList();
  }
}
