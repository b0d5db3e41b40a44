package io.seqwarden.http;

import java.util.regex.Pattern;

/**
 * The names in paths: {@code schema.name}, each part quoted as {@code quote_ident} does. Only the
 * form is looked at here; keywords, which {@code quote_ident} quotes too, are the server's to know.
 */
final class QualifiedName {

  /** Two names of 63 bytes, each byte a doubled quotation mark, are 257 characters. */
  static final int MAX_CHARS = 600;

  private static final String PART = "(?:[a-z_][a-z0-9_]*+|\"(?:[^\"\\x00]|\"\")++\")";
  private static final Pattern FORM = Pattern.compile(PART + "\\." + PART);

  private QualifiedName() {}

  /**
   * {@code value}, if it has the form.
   *
   * @param parameter what to call it in the message
   * @throws ProblemException with status 400 where it has another form
   */
  static String parse(String parameter, String value) {
    if (value.length() > MAX_CHARS) {
      throw Problem.of(
              400,
              "%s is %d characters long; no name is longer than %d."
                  .formatted(parameter, value.length(), MAX_CHARS))
          .with("parameter", parameter)
          .exception();
    }
    if (!FORM.matcher(value).matches()) {
      throw Problem.of(
              400,
              ("%s is %s, which is no name with its schema. Write schema.name, each part quoted as"
                      + " quote_ident does, and URL-encode it, for example public.ticket_id_seq"
                      + " or public.%%22Ticket_id_seq%%22.")
                  .formatted(parameter, Text.quote(value)))
          .with("parameter", parameter)
          .exception();
    }
    return value;
  }
}
