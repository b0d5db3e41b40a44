package io.seqwarden.client;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import org.jspecify.annotations.Nullable;

/** An entity whose ids Hibernate makes of a sequence's values, ten at a time. */
@Entity
class Ticket {

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "ticket_seq")
  @SequenceGenerator(name = "ticket_seq", sequenceName = "ticket_seq", allocationSize = 10)
  private @Nullable Long id;

  @Column(unique = true)
  private @Nullable String title;

  /** For Hibernate. */
  Ticket() {}

  Ticket(String title) {
    this.title = title;
  }

  long id() {
    return id == null ? 0 : id;
  }

  @Nullable String title() {
    return title;
  }
}
