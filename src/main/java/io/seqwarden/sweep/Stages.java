package io.seqwarden.sweep;

import io.seqwarden.catalog.Discovery;
import io.seqwarden.catalog.Observer;
import io.seqwarden.catalog.Revisits;
import io.seqwarden.drift.Judge;
import io.seqwarden.postgres.Database;
import io.seqwarden.repair.Advancer;
import io.seqwarden.repair.EventTable;
import io.seqwarden.repair.InstallSettings;
import io.seqwarden.repair.Installation;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * The stages that a sequence travels through in one database, wired once.
 *
 * @param settings the database's configuration
 * @param database the way to it
 * @param discovery finds what is watched
 * @param observer reads marks and positions
 * @param revisits does both for sweep after sweep
 * @param judge decides
 * @param advancer moves
 * @param installation guards
 * @param eventTable the audit trail
 * @param clock tells the time
 */
record Stages(
    DatabaseSettings settings,
    Database database,
    Discovery discovery,
    Observer observer,
    Revisits revisits,
    Judge judge,
    Advancer advancer,
    Installation installation,
    EventTable eventTable,
    Clock clock) {

  Stages {
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(database, "database");
    Objects.requireNonNull(clock, "clock");
  }

  /**
   * Wires them.
   *
   * @param executor the database's threads
   */
  static Stages of(DatabaseSettings settings, Database database, Executor executor, Clock clock) {
    Judge judge = new Judge(settings.limits());
    InstallSettings install =
        new InstallSettings(
            settings.limits(),
            settings.catalog().timeouts(),
            settings.events(),
            settings.syncExecute());
    Discovery discovery = new Discovery(settings.catalog());
    Observer observer = new Observer(settings.catalog(), judge, executor);
    return new Stages(
        settings,
        database,
        discovery,
        observer,
        new Revisits(discovery, observer, judge),
        judge,
        new Advancer(),
        new Installation(database, install, clock),
        new EventTable(settings.name(), settings.events()),
        clock);
  }

  /** These stages with what those before them know of the event table of the same database. */
  Stages continuing(Stages before) {
    return new Stages(
        settings,
        database,
        discovery,
        observer,
        revisits,
        judge,
        advancer,
        installation,
        before.eventTable.with(settings.events()),
        clock);
  }

  boolean heals() {
    return settings.mode() == DatabaseSettings.Mode.HEAL;
  }
}
