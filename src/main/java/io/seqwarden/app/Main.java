package io.seqwarden.app;

import org.jspecify.annotations.Nullable;

/** Where {@code java -jar seqwarden.jar} starts. */
public final class Main {

  private Main() {}

  /**
   * Prints the version.
   *
   * @param args not read yet
   */
  public static void main(String[] args) {
    @Nullable String version = Main.class.getPackage().getImplementationVersion();
    System.out.println("seqwarden " + (version == null ? "(unpackaged)" : version));
  }
}
