package io.seqwarden.docs;

import io.seqwarden.testing.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs what a page says to type, as it stands but for addresses, paths and names, which are those
 * of the test; what is printed has the page's again. {@code seqwarden} is the command line of the
 * classes under test, in a JVM of its own. Not thread-safe.
 */
public final class Terminal {

  private static final long PATIENCE_S = 120;
  private static final String JAR = "java @target/jvm.options -jar target/seqwarden.jar";

  private static final String DEFINITIONS =
      """
      seqwarden() { "$SEQWARDEN_JAVA" -Dlogback.configurationFile=logback.xml -XX:TieredStopAtLevel=1 io.seqwarden.app.Main "$@"; }
      """;

  private final Path folder;
  private final Map<String, String> places = new LinkedHashMap<>();
  private final Map<String, String> shown = new LinkedHashMap<>();
  private final Map<String, String> environment = new LinkedHashMap<>();

  /** One that works in {@code folder}. */
  public Terminal(Path folder) {
    this.folder = folder;
    place(JAR, "seqwarden");
    environment.put("LC_ALL", "C");
    environment.put(
        "CLASSPATH",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    environment.put(
        "SEQWARDEN_JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
  }

  /** What a page calls {@code written} is {@code here}; what was named first is replaced first. */
  public Terminal place(String written, String here) {
    places.put(written, here);
    return this;
  }

  /** What is printed as {@code here} the page calls {@code written}; it is not typed. */
  public Terminal shows(String here, String written) {
    shown.put(here, written);
    return this;
  }

  /** A variable of the environment. */
  public Terminal environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** What a block prints, errors included, in the order in which it comes. */
  public String run(Markdown.Block block) throws IOException, InterruptedException {
    return run(block.text());
  }

  /** The same. */
  public String run(String commands) throws IOException, InterruptedException {
    Program.assumeThere("sh", "dash");
    String here = commands;
    for (Map.Entry<String, String> place : places.entrySet()) {
      here = here.replace(place.getKey(), place.getValue());
    }
    Path script = Files.createTempFile(folder, "typed", ".sh");
    Files.writeString(script, DEFINITIONS + here);
    Path output = Files.createTempFile(folder, "output", "");
    ProcessBuilder builder =
        new ProcessBuilder("sh", script.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("Still running: " + commands + Files.readString(output));
    }
    return asWritten(Files.readString(output, StandardCharsets.UTF_8));
  }

  private String asWritten(String text) {
    String written = text;
    for (Map.Entry<String, String> place : places.entrySet()) {
      if (!place.getKey().equals(JAR)) {
        written = written.replace(place.getValue(), place.getKey());
      }
    }
    for (Map.Entry<String, String> name : shown.entrySet()) {
      written = written.replace(name.getKey(), name.getValue());
    }
    return written;
  }

  /**
   * An output without what differs from run to run: numbers, times and the width of columns. Two
   * that are equal then say the same.
   */
  public static String shape(String output) {
    return output
        .lines()
        .map(String::stripTrailing)
        .map(line -> line.replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "TIME"))
        .map(line -> line.replaceAll("\\b[0-9a-f]{32}\\b", "TOKEN"))
        .map(line -> line.replaceAll("\\d+([.,:]\\d+)*", "0"))
        .map(line -> line.replaceAll(" {2,}", "  "))
        .reduce("", (all, line) -> all + line + "\n");
  }
}
