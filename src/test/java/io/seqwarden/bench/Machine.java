package io.seqwarden.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine that figures come from, and what its processes used of it. */
final class Machine {

  /** What Linux reports times of processes in, whatever the kernel's own clock is. */
  private static final double TICKS_PER_SECOND = 100;

  private static final Path PROC = Path.of("/proc");
  private static final int PARENT = 1;
  private static final int OWN_USER = 11;
  private static final int OF_ENDED_CHILDREN_USER = 13;

  private Machine() {}

  static boolean tellsTimes() {
    return Files.isReadable(PROC.resolve("self/stat"));
  }

  /** Cores and processor. */
  static String describe() throws IOException {
    String model =
        Files.readAllLines(PROC.resolve("cpuinfo")).stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse("unknown processor");
    return "%d cores of %s, load %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            model,
            Files.readString(PROC.resolve("loadavg")).split(" ", -1)[0]);
  }

  static long parentOf(long process) throws IOException {
    return Long.parseLong(stat(process)[PARENT]);
  }

  /** Seconds of CPU, user and system, that a process used. */
  static double cpu(long process) throws IOException {
    return seconds(stat(process), OWN_USER);
  }

  /** Seconds of CPU that those of its children used that have ended. */
  static double cpuOfEndedChildren(long process) throws IOException {
    return seconds(stat(process), OF_ENDED_CHILDREN_USER);
  }

  private static double seconds(String[] stat, int user) {
    return (Long.parseLong(stat[user]) + Long.parseLong(stat[user + 1])) / TICKS_PER_SECOND;
  }

  /** The fields of {@code /proc/PID/stat} after the name, which may hold spaces. */
  private static String[] stat(long process) throws IOException {
    String line = Files.readString(PROC.resolve(Long.toString(process)).resolve("stat"));
    return line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
  }
}
