package io.seqwarden.config;

import io.seqwarden.catalog.CatalogSettings;
import io.seqwarden.drift.Limits;
import io.seqwarden.postgres.Timeouts;
import io.seqwarden.repair.EventSettings;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.Schedule;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** One block below {@code databases}, with {@code database-defaults} behind it. */
final class DatabaseReader {
  private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);
  private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);
  private static final int MOST_EVENT_ROWS = 100_000_000;

  private final ConnectionReader connections;

  /** Files are named relative to {@code directory}, the configuration's. */
  DatabaseReader(Path directory) {
    this.connections = new ConnectionReader(directory);
  }

  /** Reads the block; what it returns can be asked once no problem was found. */
  Supplier<DatabaseSettings> read(String name, Block block, Optional<Setting> total) {
    var connection = connections.read(name, block, total);
    Optional<Schedule> schedule = schedule(block);
    Optional<Duration> fullEvery =
        block.find("full-every").flatMap(s -> s.duration(SHORTEST_INTERVAL, "10m"));
    Optional<Setting> guardSetting = block.find("guard");
    Optional<Mode> mode = block.find("mode").flatMap(s -> s.word(Mode.class));
    Optional<GuardMode> guard = guardSetting.flatMap(s -> s.word(GuardMode.class));
    Optional<List<String>> syncExecute =
        block
            .find("sync-execute")
            .flatMap(s -> s.list("a list of roles", e -> e.text("a role's name")));
    Block limits = block.child("limits");
    Supplier<CatalogSettings> catalog = catalog(block, limits);
    Supplier<Limits> ratios = ratios(limits);
    Supplier<EventSettings> events = events(block);
    limits.reportUnknownKeys();
    block.knowsBelow(limits, "limits");
    block.reportUnknownKeys();

    if (guard.equals(Optional.of(GuardMode.ENSURE)) && mode.equals(Optional.of(Mode.OBSERVE))) {
      guardSetting.ifPresent(
          s ->
              s.problem(
                  "ensure installs triggers, and mode = observe writes nothing; set mode = heal,"
                      + " or guard = check to be told where it is missing"));
    }
    return () ->
        new DatabaseSettings(
            connection.get(),
            schedule.orElseThrow(),
            fullEvery.orElseThrow(),
            mode.orElseThrow(),
            guard.orElseThrow(),
            catalog.get(),
            ratios.get(),
            events.get(),
            syncExecute.orElseThrow());
  }

  /** {@code every} and {@code cron}: the nearer one, and never both in the same block. */
  private static Optional<Schedule> schedule(Block block) {
    Optional<Setting> every = block.find("every");
    Optional<Setting> cron = block.optional("cron");
    if (cron.isPresent() && every.isPresent() && !every.get().isNull()) {
      if (every.get().depth() == cron.get().depth()) {
        cron.get().problem("every is given too; keep one of them");
        return Optional.empty();
      }
      if (every.get().depth() < cron.get().depth()) {
        cron = Optional.empty();
      }
    }
    return cron.isPresent()
        ? cron.flatMap(DatabaseReader::cron)
        : every
            .flatMap(s -> s.duration(SHORTEST_INTERVAL, "30s"))
            .<Schedule>map(Schedule.Every::new);
  }

  private static Optional<Schedule> cron(Setting setting) {
    String expected = "a Quartz cron expression such as \"0 0/5 * * * ?\"";
    Optional<String> expression = setting.text(expected);
    try {
      return expression.map(Schedule.Cron::new);
    } catch (IllegalArgumentException wrong) {
      // Where the value is not to be shown, nor is the cause: it quotes it.
      String cause = setting.isShown() ? ": " + wrong.getMessage() : "";
      setting.problem("expected " + expected + ", got " + setting.shown() + cause);
      return Optional.empty();
    }
  }

  private static Supplier<CatalogSettings> catalog(Block block, Block limits) {
    Optional<List<String>> include = patterns(block, "include");
    Optional<List<String>> exclude = patterns(block, "exclude");
    Optional<List<CatalogSettings.Explicit>> explicit =
        block.find("sequences").flatMap(s -> s.list("a list of blocks", EntryReader::read));
    Optional<Duration> lock = timeout(limits, "lock-timeout", "200ms");
    Optional<Duration> statement = timeout(limits, "statement-timeout", "5s");
    Optional<Unindexed> unindexed = limits.find("unindexed").flatMap(s -> s.word(Unindexed.class));
    Optional<Integer> pages =
        limits.find("unindexed-max-pages").flatMap(s -> s.integer(0, Integer.MAX_VALUE));
    return () ->
        new CatalogSettings(
            include.orElseThrow(),
            exclude.orElseThrow(),
            explicit.orElseThrow(),
            new Timeouts(lock.orElseThrow(), statement.orElseThrow()),
            unindexed.orElseThrow() == Unindexed.SCAN,
            pages.orElseThrow());
  }

  private static Optional<List<String>> patterns(Block block, String key) {
    return block.find(key).flatMap(s -> s.list("a list of schema.table patterns", Names::pattern));
  }

  private static Optional<Duration> timeout(Block limits, String key, String example) {
    return limits.find(key).flatMap(s -> s.duration(SHORTEST_TIMEOUT, example));
  }

  private static Supplier<Limits> ratios(Block limits) {
    Optional<BigDecimal> used = limits.find("used-ratio").flatMap(Setting::ratio);
    Optional<BigDecimal> jump = limits.find("max-jump-ratio").flatMap(Setting::ratio);
    return () -> new Limits(used.orElseThrow(), jump.orElseThrow());
  }

  private static Supplier<EventSettings> events(Block database) {
    Block block = database.child("events");
    Optional<Duration> keep = block.find("keep").flatMap(s -> s.duration(SHORTEST_INTERVAL, "30d"));
    Optional<Integer> maxRows = block.find("max-rows").flatMap(s -> s.integer(1, MOST_EVENT_ROWS));
    Optional<Setting> inDatabaseSetting = block.find("in-database");
    Optional<Boolean> inDatabase = inDatabaseSetting.flatMap(Setting::flag);
    // The default gives way to a publication of all tables; what somebody wrote does not.
    boolean isSaid = inDatabaseSetting.filter(s -> !s.isDefault()).isPresent();
    block.reportUnknownKeys();
    database.knowsBelow(block, "events");
    return () ->
        new EventSettings(
            keep.orElseThrow(),
            maxRows.orElseThrow(),
            inDatabase.orElseThrow(),
            isSaid && inDatabase.orElseThrow());
  }

  /** {@code limits.unindexed}. */
  private enum Unindexed {
    SKIP,
    SCAN
  }
}
