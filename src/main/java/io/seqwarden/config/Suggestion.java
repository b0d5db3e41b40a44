package io.seqwarden.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Which key somebody may have meant. */
final class Suggestion {
  private Suggestion() {}

  /**
   * The known key that is nearest to {@code typed}.
   *
   * @param here keys of the same block
   * @param below keys of blocks inside it, with their path
   * @return empty where none is near
   */
  static Optional<String> of(String typed, Collection<String> here, Collection<String> below) {
    String plain = plain(typed);
    Optional<String> misplaced =
        below.stream().filter(path -> plain(lastOf(path)).equals(plain)).findFirst();
    int near = Math.max(1, plain.length() / 3);
    return here.stream()
        .filter(key -> distance(plain, plain(key)) <= near)
        .min(Comparator.comparingInt(key -> distance(plain, plain(key))))
        .or(() -> misplaced);
  }

  /** fullEvery, full_every and full-every are the same word. */
  private static String plain(String key) {
    return key.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
  }

  private static String lastOf(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** Levenshtein's distance: how many letters have to be put in, taken out or replaced. */
  private static int distance(String one, String other) {
    int[] above = new int[other.length() + 1];
    for (int column = 0; column <= other.length(); column++) {
      above[column] = column;
    }
    for (int row = 1; row <= one.length(); row++) {
      int[] current = new int[other.length() + 1];
      current[0] = row;
      for (int column = 1; column <= other.length(); column++) {
        int replaced = one.charAt(row - 1) == other.charAt(column - 1) ? 0 : 1;
        current[column] =
            Math.min(
                above[column - 1] + replaced, 1 + Math.min(above[column], current[column - 1]));
      }
      above = current;
    }
    return above[other.length()];
  }
}
