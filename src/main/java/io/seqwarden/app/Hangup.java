package io.seqwarden.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP, which would end a JVM, asks a daemon to read its configuration again. Thread-safe.
 *
 * <p>The JDK handles signals in {@code sun.misc.Signal} alone, whose use no compiler lets pass
 * without a warning: hence the reflection.
 */
final class Hangup {

  private static final Logger LOG = LoggerFactory.getLogger(Hangup.class);

  private volatile Runnable action = Hangup::tooEarly;

  private Hangup() {}

  /**
   * Begins to listen. Until {@link #does}, a signal does nothing, since the configuration is just
   * being read. Where the system has no such signal, or the JVM was told to leave signals alone,
   * nothing is changed.
   */
  static Hangup listen() {
    Hangup hangup = new Hangup();
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          @Nullable Object result = null;
          switch (method.getName()) {
            case "handle" -> hangup.action.run();
            case "equals" -> result = proxy == arguments[0];
            case "hashCode" -> result = System.identityHashCode(proxy);
            default -> result = "seqwarden's handler of SIGHUP";
          }
          return result;
        };
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> type = Class.forName("sun.misc.SignalHandler");
      Object proxy = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
      signal
          .getMethod("handle", signal, type)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
    } catch (ReflectiveOperationException e) {
      LOG.debug("SIGHUP is not listened to", e);
    }
    return hangup;
  }

  /** What a signal does from now on; it is run on a thread of the JVM's and has to be short. */
  void does(Runnable next) {
    action = next;
  }

  private static void tooEarly() {
    LOG.info("SIGHUP came while seqwarden starts, and is ignored");
  }
}
