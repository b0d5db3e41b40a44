package io.seqwarden.app;

import java.util.List;

/** A command cannot do what was asked; the problems are for people, without a stack trace. */
final class CommandFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;
  private final int exitCode;

  CommandFailedException(List<String> problems, int exitCode) {
    super(String.join("\n", problems), null, false, false);
    this.problems = List.copyOf(problems);
    this.exitCode = exitCode;
  }

  List<String> problems() {
    return problems;
  }

  int exitCode() {
    return exitCode;
  }
}
