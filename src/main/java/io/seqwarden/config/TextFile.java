package io.seqwarden.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads files. Nothing of what they hold is in a message: it may be a secret. */
final class TextFile {
  private static final int LARGEST_SECRET_BYTES = 64 * 1024;
  private static final Pattern LINE_ENDS_AROUND = Pattern.compile("\\A[\\r\\n]+|[\\r\\n]+\\z");

  private TextFile() {}

  /**
   * The file's only line without its end.
   *
   * @param setting names the file; notes why it cannot be used
   */
  static Optional<String> onlyLine(Setting setting, Path file) {
    try {
      String line = withoutLineEnds(read(file, LARGEST_SECRET_BYTES));
      Optional<String> wrong = whyUnusable(line);
      wrong.ifPresent(cause -> setting.problem("cannot use " + file + ": " + cause));
      return wrong.isPresent() ? Optional.empty() : Optional.of(line);
    } catch (IOException unreadable) {
      setting.problem("cannot read " + file + ": " + cause(unreadable, file));
      return Optional.empty();
    }
  }

  /**
   * The whole text of a file.
   *
   * @throws IOException where it cannot be read; {@link #cause} says why
   */
  static String read(Path file, int largestBytes) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(largestBytes + 1);
    }
    if (bytes.length > largestBytes) {
      throw new IOException("it is larger than " + largestBytes / 1024 + " KiB");
    }
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static String withoutLineEnds(String text) {
    return LINE_ENDS_AROUND.matcher(text).replaceAll("");
  }

  private static Optional<String> whyUnusable(String line) {
    if (line.isBlank()) {
      return Optional.of("it is empty");
    }
    if (line.indexOf('\n') >= 0) {
      return Optional.of("it has more than one line");
    }
    return Optional.empty();
  }

  /** Why a file could not be read, in words that show nothing of what it holds. */
  static String cause(IOException exception, Path file) {
    if (exception instanceof NoSuchFileException) {
      return "no such file";
    }
    if (exception instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (exception instanceof CharacterCodingException) {
      return "it is not UTF-8 text";
    }
    if (Files.isDirectory(file)) {
      return "it is a directory";
    }
    String message = exception.getMessage();
    return message == null ? exception.getClass().getSimpleName() : message;
  }
}
