package io.seqwarden.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.seqwarden.repair.Installation;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.EveryMajor;
import io.seqwarden.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;

/** A publication of all tables, and a subscriber that knows nothing of seqwarden. */
class PublicationTest {

  private static final String TICKET = "create table ticket (id bigserial primary key, title text)";

  private static void subscribe(TestDatabase db, OtherDatabase subscriber) throws SQLException {
    // Within one server CREATE SUBSCRIPTION would wait for its own transaction to make the slot.
    db.execute(
        "create publication everything for all tables",
        "select pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(db.name()));
    subscriber.execute(
        TICKET,
        """
        create subscription of_all
          connection 'host=127.0.0.1 port=%d dbname=%s user=postgres'
          publication everything
          with (create_slot = false, slot_name = '%2$s')"""
            .formatted(db.port(), db.name()));
  }

  private static void unsubscribe(OtherDatabase subscriber) throws SQLException {
    subscriber.execute(
        "alter subscription of_all disable",
        "alter subscription of_all set (slot_name = none)",
        "drop subscription of_all");
  }

  private static void replicates(TestDatabase db, OtherDatabase subscriber, long id)
      throws SQLException {
    db.execute("insert into ticket values (%d, 'replicated')".formatted(id));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> subscriber.one("select count(*) from ticket where id = " + id).equals("1"));
  }

  @EveryMajor
  void goesOnWhileGuardsAreInstalledUsedAndUninstalled(TestDatabase db) throws Exception {
    db.execute(TICKET);
    try (OtherDatabase subscriber = OtherDatabase.create(db)) {
      subscribe(db, subscriber);
      replicates(db, subscriber, 10);

      try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE)) {
        assertThat(sweeping.sweep().problems())
            .singleElement()
            .asString()
            .startsWith("seqwarden.event was not created");
        replicates(db, subscriber, 20);
        assertThat(db.one("insert into ticket (title) values ('x') returning id")).isEqualTo("21");
        db.execute("set seqwarden.guard = off; insert into ticket values (30, 'x')");
        sweeping.sweep();
        replicates(db, subscriber, 40);
      }
      db.execute(Installation.removalScript());
      replicates(db, subscriber, 50);

      assertThat(subscriber.one("select count(*) from ticket")).isEqualTo("6");
      assertThat(subscriber.one("select count(*) from pg_subscription where subenabled"))
          .isEqualTo("1");
      unsubscribe(subscriber);
    }
  }

  /** Who publishes everything afterwards has the event table in it, and is told at once. */
  @EveryMajor
  void aSubscriberOfAnEventTableThatWasThereBeforeIsRefusedAtOnce(TestDatabase db)
      throws Exception {
    db.execute(TICKET);
    try (Sweeping sweeping = new Sweeping(db, Mode.HEAL, GuardMode.ENSURE)) {
      assertThat(sweeping.sweep().problems()).isEmpty();
    }
    try (OtherDatabase subscriber = OtherDatabase.create(db)) {
      assertThatThrownBy(() -> subscribe(db, subscriber))
          .hasMessageContaining("schema \"seqwarden\" does not exist");
    }
  }
}
