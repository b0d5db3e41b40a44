package io.seqwarden.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code include} is a key of ours and a word of HOCON, which takes it for its own at the start of
 * a key. Where an equals sign or a colon follows it can only be the key, and is put into quotes, as
 * HOCON wants it. Lines keep their numbers.
 */
final class IncludeKey {
  /** What is passed over as a whole, and last the key where it begins. */
  private static final Pattern TOKEN =
      Pattern.compile(
          "\"\"\"(?s:.*?)\"\"\"+"
              + "|\"(?:[^\"\\\\\n]|\\\\.)*+\""
              + "|(?:#|//)[^\n]*+"
              + "|(?<=^|[\\s{,])(include)(?=[ \t]*+(?:=|:|\\+=))");

  private IncludeKey() {}

  /** The same text with the key in quotes. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 16);
    Matcher token = TOKEN.matcher(text);
    while (token.find()) {
      String replacement = token.group(1) == null ? token.group() : "\"include\"";
      token.appendReplacement(quoted, Matcher.quoteReplacement(replacement));
    }
    return token.appendTail(quoted).toString();
  }
}
