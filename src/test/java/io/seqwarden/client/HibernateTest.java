package io.seqwarden.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.seqwarden.catalog.CatalogSettings;
import io.seqwarden.drift.Policy;
import io.seqwarden.drift.State;
import io.seqwarden.sweep.DatabaseSettings;
import io.seqwarden.sweep.DatabaseSettings.GuardMode;
import io.seqwarden.sweep.DatabaseSettings.Mode;
import io.seqwarden.sweep.Sweeping;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.cfg.Configuration;
import org.hibernate.exception.ConstraintViolationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Real Hibernate with each of its optimizers, watched by the daemon and retried by the client. */
@ExtendWith(PostgresExtension.class)
class HibernateTest {

  /** Hibernate's {@code allocationSize} of the entity. */
  private static final int BLOCK = 10;

  private static String optimizer(Allocation allocation) {
    return switch (allocation) {
      case PLAIN -> "none";
      case POOLED -> "pooled";
      case POOLED_LO -> "pooled-lo";
      case HILO -> "hilo";
    };
  }

  /** An application that was just started; the first one creates table and sequence. */
  private static SessionFactory start(HikariDataSource pool, Allocation allocation) {
    return new Configuration()
        .addAnnotatedClass(Ticket.class)
        .setProperty(AvailableSettings.HBM2DDL_AUTO, "update")
        .setProperty(AvailableSettings.PREFERRED_POOLED_OPTIMIZER, optimizer(allocation))
        .setProperty("hibernate.boot.allow_jdbc_metadata_access", "true")
        .buildSessionFactory(
            new org.hibernate.boot.registry.StandardServiceRegistryBuilder()
                .applySettings(
                    Map.of(
                        AvailableSettings.JAKARTA_NON_JTA_DATASOURCE,
                        pool,
                        AvailableSettings.HBM2DDL_AUTO,
                        "update",
                        AvailableSettings.PREFERRED_POOLED_OPTIMIZER,
                        optimizer(allocation)))
                .build());
  }

  private static List<Long> persist(SessionFactory application, String title, int count) {
    return application.fromTransaction(
        session ->
            IntStream.range(0, count)
                .mapToObj(
                    i -> {
                      Ticket ticket = new Ticket(title + i);
                      session.persist(ticket);
                      return ticket.id();
                    })
                .toList());
  }

  private static void importIds(TestDatabase db, long from, long to) throws SQLException {
    db.execute(
        "insert into ticket (id, title) select i, 'imported ' || i from generate_series(%d, %d) i"
            .formatted(from, to));
  }

  private static State sweep(TestDatabase db, Policy.Allocation allocation, Mode mode)
      throws Exception {
    DatabaseSettings all =
        Sweeping.settings(db.jdbcUrl(), TestDatabase.SUPERUSER, mode, GuardMode.OFF);
    CatalogSettings.Explicit entry =
        new CatalogSettings.Explicit(
            Optional.of("public.ticket"),
            Optional.of("id"),
            Optional.of("public.ticket_seq"),
            new Policy(Optional.empty(), true, allocation, Optional.empty()));
    CatalogSettings catalog =
        new CatalogSettings(
            List.of("*.*"), List.of(), List.of(entry), all.catalog().timeouts(), false, 128);
    DatabaseSettings settings =
        new DatabaseSettings(
            all.connection(),
            all.schedule(),
            all.fullEvery(),
            all.mode(),
            all.guard(),
            catalog,
            all.limits(),
            all.events(),
            all.syncExecute());
    try (Sweeping sweeping = new Sweeping(settings)) {
      var findings = sweeping.sweep().findings();
      assertThat(findings).hasSize(1);
      return findings.get(0).verdict().state();
    }
  }

  /** Whatever Hibernate does by itself is no drift, at any point of a block. */
  @ParameterizedTest
  @EnumSource(Allocation.class)
  void whatHibernateInsertsIsNeverTakenForDrift(Allocation allocation, TestDatabase db)
      throws Exception {
    try (HikariDataSource pool = Pool.of(db, 2);
        SessionFactory application = start(pool, allocation)) {
      for (int i = 0; i < BLOCK + 3; i++) {
        persist(application, "n" + i + "-", 1);
        assertThat(sweep(db, Policy.Allocation.valueOf(allocation.name()), Mode.HEAL))
            .as("after %d inserts", i + 1)
            .isEqualTo(State.IN_SYNC);
      }
      assertThat(persist(application, "more", 2 * BLOCK)).doesNotHaveDuplicates();
      assertThat(db.one("select max(id) < 4 * 10 + 10 from ticket")).isEqualTo("t");
    }
  }

  /** Imports that reach into what the next start would hand out, by ids from its first on. */
  static Stream<Arguments> imports() {
    return Stream.of(Allocation.PLAIN, Allocation.POOLED, Allocation.POOLED_LO)
        .flatMap(
            allocation ->
                LongStream.of(1, 5, BLOCK, 3 * BLOCK).mapToObj(n -> Arguments.of(allocation, n)));
  }

  @ParameterizedTest
  @MethodSource("imports")
  void whatAnImportTakesOfTheNextBlockIsHealed(Allocation allocation, long ids, TestDatabase db)
      throws Exception {
    Policy.Allocation policy = Policy.Allocation.valueOf(allocation.name());
    try (HikariDataSource pool = Pool.of(db, 2)) {
      long next;
      try (SessionFactory application = start(pool, allocation)) {
        persist(application, "before", BLOCK + 3);
      }
      try (SessionFactory application = start(pool, allocation)) {
        next = persist(application, "probe", 1).get(0);
      }
      // Where the block of the application after that begins.
      long following = allocation == Allocation.PLAIN ? next + 1 : next + BLOCK;
      importIds(db, following, following + ids - 1);

      assertThat(sweep(db, policy, Mode.OBSERVE)).isEqualTo(State.BEHIND);
      sweep(db, policy, Mode.HEAL);
      assertThat(sweep(db, policy, Mode.OBSERVE)).isEqualTo(State.IN_SYNC);

      try (SessionFactory application = start(pool, allocation)) {
        assertThat(persist(application, "after", 2 * BLOCK)).hasSize(2 * BLOCK);
      }
    }
  }

  /**
   * Why the policy is needed: with pooled a value is a block's end, which may lie past the rows.
   */
  @Test
  void withoutItsPolicyPooledWouldBeTakenForInSync(TestDatabase db) throws Exception {
    try (HikariDataSource pool = Pool.of(db, 2)) {
      long next;
      try (SessionFactory application = start(pool, Allocation.POOLED)) {
        next = persist(application, "before", BLOCK + 3).get(BLOCK + 2);
      }
      long following = (next / BLOCK + 1) * BLOCK + 2;
      importIds(db, following, following + 3);
      assertThat(sweep(db, Policy.Allocation.PLAIN, Mode.HEAL)).isEqualTo(State.IN_SYNC);
      try (SessionFactory application = start(pool, Allocation.POOLED)) {
        assertThatThrownBy(() -> persist(application, "after", BLOCK))
            .isInstanceOf(ConstraintViolationException.class);
      }
    }
  }

  /** Ids far ahead of the sequence are no drift with hilo, and with any other policy would be. */
  @Test
  void withoutItsPolicyHiloWouldBeAdvancedForNothing(TestDatabase db) throws Exception {
    try (HikariDataSource pool = Pool.of(db, 2);
        SessionFactory application = start(pool, Allocation.HILO)) {
      persist(application, "many", 3 * BLOCK);
      assertThat(sweep(db, Policy.Allocation.PLAIN, Mode.OBSERVE)).isEqualTo(State.BEHIND);
      assertThat(sweep(db, Policy.Allocation.HILO, Mode.HEAL)).isEqualTo(State.IN_SYNC);
      assertThat(db.one("select last_value < 10 from ticket_seq")).isEqualTo("t");
    }
  }

  /** The rows lie in the block that the application holds, and in those after it. */
  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "POOLED", "POOLED_LO"})
  void theRetryGetsAUnitOfWorkPastAnImport(Allocation allocation, TestDatabase db)
      throws Exception {
    try (HikariDataSource pool = Pool.of(db, 2);
        SessionFactory application = start(pool, allocation)) {
      long last = persist(application, "before", BLOCK + 3).get(BLOCK + 2);
      importIds(db, last + 1, last + 25);
      assertThatThrownBy(() -> persist(application, "unaided", 1))
          .isInstanceOf(ConstraintViolationException.class);

      HibernateExample tickets = new HibernateExample(application, pool, allocation);
      Set<Long> ids =
          IntStream.range(0, 2 * BLOCK)
              .mapToObj(
                  i ->
                      tickets.inTransaction(
                          session -> {
                            Ticket ticket = new Ticket("after" + i);
                            session.persist(ticket);
                            return ticket;
                          }))
              .map(Ticket::id)
              .collect(Collectors.toSet());

      assertThat(ids).hasSize(2 * BLOCK).allMatch(id -> id > last + 25);
      assertThat(db.one("select count(*) from ticket where title like 'after%'")).isEqualTo("20");
    }
  }

  @Test
  void aNaturalKeyOfAnEntityPassesThroughOnTheFirstTry(TestDatabase db) throws Exception {
    try (HikariDataSource pool = Pool.of(db, 2);
        SessionFactory application = start(pool, Allocation.POOLED)) {
      persist(application, "same", 1);
      HibernateExample tickets = new HibernateExample(application, pool, Allocation.POOLED);
      java.util.concurrent.atomic.AtomicInteger runs =
          new java.util.concurrent.atomic.AtomicInteger();
      assertThatThrownBy(
              () ->
                  tickets.inTransaction(
                      session -> {
                        runs.incrementAndGet();
                        session.persist(new Ticket("same0"));
                        return 1;
                      }))
          .isInstanceOf(ConstraintViolationException.class);
      assertThat(runs.get()).isEqualTo(1);
    }
  }
}
