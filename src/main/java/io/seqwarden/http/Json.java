package io.seqwarden.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.nio.charset.StandardCharsets;

/**
 * Writes the views as JSON, for the API and the command line alike: instants as ISO-8601 in UTC,
 * 64-bit ids as numbers. Stateless and thread-safe.
 */
public final class Json {

  // Never configured again, and writers are immutable.
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private static final ObjectWriter COMPACT = MAPPER.writer();
  private static final ObjectWriter PRETTY = MAPPER.writerWithDefaultPrettyPrinter();

  private Json() {}

  /** {@code view} on one line. */
  public static String write(Object view) {
    return write(COMPACT, view);
  }

  /** {@code view} with line breaks and indentation, for people. */
  public static String pretty(Object view) {
    return write(PRETTY, view);
  }

  /** {@code view} on one line, in UTF-8. */
  static byte[] bytes(Object view) {
    return write(view).getBytes(StandardCharsets.UTF_8);
  }

  private static String write(ObjectWriter writer, Object view) {
    try {
      return writer.writeValueAsString(view);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON for " + view.getClass().getName(), e);
    }
  }
}
