package io.seqwarden.config;

import com.typesafe.config.ConfigException;
import java.util.List;

/** The library's messages about syntax in words that quote nothing of the file. */
final class HoconSyntax {
  /** In the order in which they are tried: some messages contain the words of several. */
  private static final List<Known> KNOWN =
      List.of(
          new Known(
              "unescaped newline in quoted strings", "a quoted string does not end on its line"),
          new Known(
              "not a valid escape sequence",
              "a backslash in a quoted string has to be written twice"),
          new Known("was not closed with a }", "a ${ is not closed by a }"),
          new Known("triple-quoted string was still open", "a text in triple quotes is not closed"),
          new Known("string was still open", "a quoted string is not closed"),
          new Known(
              "Reserved character",
              "a value with a character that needs double quotes stands without them"),
          new Known(
              "include ",
              "include is followed by a file name in double quotes, or by required(\"...\")"),
          new Known("may not be followed by token", "a key has to be followed by =, : or {"),
          new Known("unbalanced close brace", "a closing brace stands without an opening one"),
          new Known("not: end of file", "the file ends inside of an open { or ["),
          new Known("had token: end of file", "the file ends inside of an open { or ["),
          new Known(
              "List should have",
              "the elements of a list are separated by commas or line ends, and it ends with ]"),
          new Known(
              "Expecting end of input or a comma",
              "a value has to be followed by a comma or the end of its line; one with special"
                  + " characters needs double quotes"));

  private HoconSyntax() {}

  static String explain(ConfigException syntax) {
    String message = String.valueOf(syntax.getMessage());
    return KNOWN.stream()
        .filter(known -> message.contains(known.theirs))
        .map(Known::ours)
        .findFirst()
        .orElse("something here is not understood");
  }

  /** A part of the library's message, and what is said instead. */
  private record Known(String theirs, String ours) {}
}
