package io.seqwarden.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seqwarden.testing.TestDatabase;
import java.time.Duration;
import java.util.List;

/** What a fault must not leave behind: threads in this JVM; sessions and locks on the server. */
final class Leftovers {

  private static final Duration FAREWELL = Duration.ofSeconds(20);

  private static final String LOCKS =
      "select count(*) from pg_locks l join pg_stat_activity a using (pid)"
          + " where a.application_name = 'seqwarden' and a.datname = current_database()"
          + " and l.pid <> pg_backend_pid()";

  private static final String SESSIONS =
      "select count(*) from pg_stat_activity"
          + " where application_name = 'seqwarden' and datname = current_database()";

  private Leftovers() {}

  /** The threads that are seqwarden's own, by name; none once everything is closed. */
  static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("seqwarden") || name.startsWith("http-"))
        .sorted()
        .toList();
  }

  /** Everything is closed: nothing of ours is left anywhere. */
  static void none(TestDatabase db) {
    await()
        .atMost(FAREWELL)
        .pollDelay(Duration.ZERO)
        .untilAsserted(() -> assertThat(threads()).isEmpty());
    await()
        .atMost(FAREWELL)
        .pollDelay(Duration.ZERO)
        .untilAsserted(() -> assertThat(db.one(SESSIONS)).isEqualTo("0"));
  }

  /** No transaction of ours is open, so that no lock of ours is held. */
  static void noLock(TestDatabase db) {
    await()
        .atMost(FAREWELL)
        .pollDelay(Duration.ZERO)
        .untilAsserted(() -> assertThat(db.one(LOCKS)).isEqualTo("0"));
  }
}
