package io.seqwarden.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Runs what pages have to be pasted, as it stands but for places: paths and addresses are those of
 * the test. A command that fails ends its block.
 */
final class Shell {

  private static final long PATIENCE_S = 120;

  /** What would be the machine's own, were it not replaced. */
  private static final Pattern STRANGE =
      Pattern.compile("example\\.org|:8787|/(opt|etc)/seqwarden|/var/(lib|backups)/");

  private final Path folder;
  private final Map<String, String> places = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private String definitions = "";

  /** One that works in {@code folder}. */
  Shell(Path folder) {
    this.folder = folder;
    environment.put("LC_ALL", "C");
  }

  /**
   * What a block did.
   *
   * @param exit its exit code
   * @param output what it printed, errors included
   */
  record Ran(int exit, String output) {}

  /** What a page calls {@code written} is {@code here}. */
  void place(String written, String here) {
    places.put(written, here);
  }

  /** A variable of the environment. */
  void environment(String name, String value) {
    environment.put(name, value);
  }

  /** Puts a folder in front of all others that programs are looked for in. */
  void path(Path programs) {
    String before = environment.getOrDefault("PATH", System.getenv().getOrDefault("PATH", ""));
    environment.put("PATH", programs + ":" + before);
  }

  /** A block of variables and functions that the blocks after it use. */
  void define(String block) {
    definitions += block;
  }

  /** A text with the test's places in it. */
  String here(String text) {
    Pattern written =
        Pattern.compile(
            places.keySet().stream()
                .sorted(Comparator.comparing(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|")));
    String here =
        written
            .matcher(text)
            .replaceAll(
                found -> Matcher.quoteReplacement(places.getOrDefault(found.group(), "never")));
    assertThat(here).doesNotContainPattern(STRANGE);
    return here;
  }

  /** Runs a block. */
  Ran run(String block) throws IOException, InterruptedException {
    return run(List.of("sh"), block);
  }

  /** Runs a block and expects that it ends with 0. */
  String succeed(String block) throws IOException, InterruptedException {
    Ran ran = run(block);
    assertThat(ran.exit()).as(block + ran.output()).isZero();
    return ran.output();
  }

  /** The same, as somebody whom PostgreSQL's server programs do not refuse. */
  String succeedAsServersUser(String block) throws IOException, InterruptedException {
    boolean root = System.getProperty("user.name", "").equals("root");
    Ran ran = run(root ? List.of("unshare", "-U", "sh") : List.of("sh"), block);
    assertThat(ran.exit()).as(block + ran.output()).isZero();
    return ran.output();
  }

  private Ran run(List<String> shell, String block) throws IOException, InterruptedException {
    Path script = Files.createTempFile(folder, "block", ".sh");
    Files.writeString(script, "set -e\n" + here(definitions + block));
    List<String> command = new ArrayList<>(shell);
    command.add(script.toString());
    // Not a pipe, which a server that is started would keep open.
    Path output = Files.createTempFile(folder, "output", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("Still running: " + block + Files.readString(output));
    }
    return new Ran(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
  }
}
