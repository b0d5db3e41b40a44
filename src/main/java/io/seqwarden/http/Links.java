package io.seqwarden.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Addresses that the pages lead to. */
final class Links {

  static final String HOME = "/";
  static final String WARNINGS = "/warnings";
  static final String SEQUENCES = "/databases/{database}/sequences/{sequence}";

  private Links() {}

  /** The page of a sequence, by its quoted name. */
  static String sequence(String database, String sequence) {
    return "/databases/" + segment(database) + "/sequences/" + segment(sequence);
  }

  /** What to POST to for a sync of a sequence. */
  static String sync(String database, String sequence) {
    return Routes.API + sequence(database, sequence) + "/sync";
  }

  /** What to POST to for a whole sweep. */
  static String sweep(String database) {
    return Routes.API + "/databases/" + segment(database) + "/sync";
  }

  /** The part of the page of warnings that tells of a word. */
  static String meaning(String anchor) {
    return WARNINGS + "#" + anchor;
  }

  /** Whether {@code path} is a page for people, and no part of the API. */
  static boolean isPage(String path) {
    return path.equals(HOME) || path.equals(WARNINGS) || path.startsWith("/databases/");
  }

  private static String segment(String name) {
    return parameter(name).replace("+", "%20");
  }

  /** {@code text} as a value of a query. */
  static String parameter(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
