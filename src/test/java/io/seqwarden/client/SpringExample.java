package io.seqwarden.client;

import com.zaxxer.hikari.HikariDataSource;
import java.util.Objects;
import org.aspectj.lang.ProceedingJoinPoint;
import org.aspectj.lang.annotation.Around;
import org.aspectj.lang.annotation.Aspect;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.EnableAspectJAutoProxy;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The retry around Spring's transactions; {@code docs/clients.md} shows it. */
final class SpringExample {

  private SpringExample() {}

  /** Runs transactional methods again; it comes before the transaction, and so around it. */
  @Aspect
  @Order(Ordered.LOWEST_PRECEDENCE - 1)
  static class RetryOnDrift {

    private final SequenceRetry retry;

    RetryOnDrift(SequenceRetry retry) {
      this.retry = retry;
    }

    @Around("@annotation(org.springframework.transaction.annotation.Transactional)")
    Object around(ProceedingJoinPoint method) throws Throwable {
      // Within a transaction that goes on, a failed one cannot be run again.
      return TransactionSynchronizationManager.isActualTransactionActive()
          ? method.proceed()
          : retry.around(method::proceed);
    }
  }

  /** Any service with transactional methods. */
  static class Tickets {

    private final JdbcTemplate jdbc;
    private int runs;

    Tickets(JdbcTemplate jdbc) {
      this.jdbc = jdbc;
    }

    @Transactional
    public Long add(String title) {
      runs++;
      jdbc.update("insert into audit (what) values (?)", title);
      return Objects.requireNonNull(
          jdbc.queryForObject(
              "insert into ticket (title) values (?) returning id", Long.class, title));
    }

    /** How often {@link #add} was entered, for the tests. */
    public int runs() {
      return runs;
    }
  }

  /** The wiring. */
  @Configuration
  @EnableTransactionManagement
  @EnableAspectJAutoProxy
  static class Wiring {

    private final HikariDataSource dataSource;

    Wiring(HikariDataSource dataSource) {
      this.dataSource = dataSource;
    }

    @Bean
    DataSourceTransactionManager transactionManager() {
      return new DataSourceTransactionManager(dataSource);
    }

    @Bean
    Tickets tickets() {
      return new Tickets(new JdbcTemplate(dataSource));
    }

    @Bean
    RetryOnDrift retryOnDrift() {
      return new RetryOnDrift(new SequenceRetry(dataSource));
    }
  }
}
