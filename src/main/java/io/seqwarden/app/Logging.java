package io.seqwarden.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** How much of the log commands show; {@code logback.xml} is for the daemon. */
final class Logging {

  private Logging() {}

  /**
   * A command's own messages say what matters; the log adds warnings of what it stands on. What
   * sweeps warn of is in their reports, which the command prints.
   */
  static void quiet() {
    level(org.slf4j.Logger.ROOT_LOGGER_NAME, Level.WARN);
    level("io.seqwarden.sweep", Level.ERROR);
  }

  private static void level(String name, Level level) {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (factory.getLogger(name) instanceof Logger logger) {
      logger.setLevel(level);
    }
  }
}
