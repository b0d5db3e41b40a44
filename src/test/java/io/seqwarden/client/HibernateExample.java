package io.seqwarden.client;

import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.BeforeExecutionGenerator;
import org.hibernate.generator.EventType;

/** The retry around a Hibernate unit of work; {@code docs/clients.md} shows it. */
final class HibernateExample {

  private final SessionFactory sessions;
  private final SequenceRetry retry;

  HibernateExample(SessionFactory sessions, DataSource dataSource, Allocation allocation) {
    this.sessions = sessions;
    // Nothing in the catalogs links the column and Hibernate's sequence.
    Link link = Link.of("public.ticket", "id", "public.ticket_seq", allocation);
    this.retry = new SequenceRetry(dataSource, RetrySettings.DEFAULT.withLinks(List.of(link)));
  }

  <T> T inTransaction(Function<Session, T> work) {
    return retry.around(() -> sessions.fromTransaction(work), this::skipBlock);
  }

  /** Hibernate holds the rest of a block; its ids are drawn until they lie beyond the rows. */
  private void skipBlock(long furthest) {
    try (Session session = sessions.openSession()) {
      BeforeExecutionGenerator generator =
          (BeforeExecutionGenerator)
              sessions
                  .unwrap(SessionFactoryImplementor.class)
                  .getMappingMetamodel()
                  .getEntityDescriptor(Ticket.class)
                  .getGenerator();
      long id;
      do {
        id =
            (Long)
                generator.generate(
                    (SharedSessionContractImplementor) session,
                    new Ticket(),
                    null,
                    EventType.INSERT);
      } while (id <= furthest);
    }
  }
}
