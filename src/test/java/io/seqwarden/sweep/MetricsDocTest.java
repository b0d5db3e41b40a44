package io.seqwarden.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.drift.Event;
import io.seqwarden.drift.Reason;
import io.seqwarden.report.Metrics;
import io.seqwarden.report.MetricsSettings;
import io.seqwarden.report.ReloadStatus;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** docs/metrics.md lists the metrics that are served, all of them and no others. */
@ExtendWith(PostgresExtension.class)
final class MetricsDocTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(seqwarden_\\w+)` \\| (\\w+) \\| (.*?) \\|");
  private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (seqwarden_\\w+) (\\w+)$");

  @Test
  void listsWhatIsServed(TestDatabase db) throws Exception {
    db.execute("create table ticket (id serial primary key)", "insert into ticket values (50)");
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    InstantSource source = now::get;
    Clock clock = source.withZone(ZoneOffset.UTC);
    try (Metrics metrics = new Metrics(new MetricsSettings(10), "1", clock);
        Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.OFF)) {
      metrics.watch(sweeping.sweeps().databases());
      ReloadStatus status = new ReloadStatus(Instant.EPOCH);
      metrics.watch(status);
      metrics.watchCertificate(() -> Instant.EPOCH);
      metrics.swept(sweeping.sweep());
      db.execute("insert into ticket select from generate_series(1, 10)");
      now.set(Instant.EPOCH.plusSeconds(100));
      metrics.swept(sweeping.sweep());
      db.execute("insert into ticket values (1000)");
      try (Sweeping observing = new Sweeping(db, Mode.OBSERVE, GuardMode.OFF)) {
        metrics.swept(observing.sweep());
      }
      metrics.recorded("app", List.of(event(Optional.empty())));
      metrics.recorded("app", List.of(event(Optional.of(Reason.Code.POLICY))));

      assertThat(served(metrics.scrape(""))).isEqualTo(written());
    }
  }

  private static Map<String, String> written() throws Exception {
    Map<String, String> written = new TreeMap<>();
    Matcher row = ROW.matcher(Files.readString(Path.of("docs/metrics.md")));
    while (row.find()) {
      written.put(row.group(1), row.group(2) + " " + row.group(3).replaceAll("[` -]", ""));
    }
    return written;
  }

  private static Map<String, String> served(String scraped) {
    Map<String, String> served = new TreeMap<>();
    Matcher type = TYPE.matcher(scraped);
    while (type.find()) {
      String name = type.group(1);
      boolean histogram = type.group(2).equals("histogram");
      Matcher sample =
          Pattern.compile("(?m)^" + name + (histogram ? "_count" : "") + "(?:\\{(.*?)\\})? ")
              .matcher(scraped);
      assertThat(sample.find()).as(name).isTrue();
      served.put(
          name, type.group(2) + " " + labels(Objects.requireNonNullElse(sample.group(1), "")));
    }
    // Micrometer keeps the largest value of a timer beside its histogram.
    served.remove("seqwarden_sweep_duration_seconds_max");
    return served;
  }

  /** The labels' names in the order of the page; the server sorts them. */
  private static String labels(String pairs) {
    List<String> order =
        List.of(
            "database",
            "sequence",
            "state",
            "warning",
            "source",
            "reason",
            "outcome",
            "version",
            "java");
    return String.join(",", order.stream().filter(name -> pairs.contains(name + "=\"")).toList());
  }

  private static Event event(Optional<Reason.Code> refusal) {
    return new Event(
        Instant.EPOCH,
        "app",
        "public.ticket_id_seq",
        Event.Source.GUARD,
        OptionalLong.of(1),
        OptionalLong.of(1),
        Optional.empty(),
        refusal,
        "u",
        "none",
        "a",
        Optional.empty());
  }
}
