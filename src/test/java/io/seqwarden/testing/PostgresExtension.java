package io.seqwarden.testing;

import java.sql.SQLException;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test its {@link TestDatabase}: a parameter of the test method, of {@code @BeforeEach} or
 * {@code @AfterEach} methods, the same one in all of them. A plain {@code @Test} runs on the newest
 * PostgreSQL, one with {@link EveryMajor} on each.
 *
 * <p>Afterwards it drops the database, and fails a test that left sessions with the application
 * name {@code seqwarden} or advisory locks behind.
 */
public final class PostgresExtension implements ParameterResolver, AfterEachCallback {

  private static final Namespace NAMESPACE = Namespace.create(PostgresExtension.class);

  /** Makes the test's databases ones of this major. */
  static void useMajor(ExtensionContext context, int major) {
    context.getStore(NAMESPACE).put(Integer.class, major);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestDatabase.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (context.getTestMethod().isEmpty()) {
      throw new ParameterResolutionException(
          "A TestDatabase lives as long as one test: take it in a test or @BeforeEach method.");
    }
    Store store = context.getStore(NAMESPACE);
    return store.getOrComputeIfAbsent(
        TestDatabase.class,
        unused -> {
          int major = store.getOrDefault(Integer.class, Integer.class, PostgresServers.newest());
          try {
            return TestDatabase.create(major, context.getRequiredTestMethod().getName());
          } catch (SQLException e) {
            throw new ParameterResolutionException("No database on PostgreSQL " + major, e);
          }
        },
        TestDatabase.class);
  }

  @Override
  public void afterEach(ExtensionContext context) throws SQLException {
    TestDatabase database =
        context.getStore(NAMESPACE).remove(TestDatabase.class, TestDatabase.class);
    if (database != null) {
      database.close();
    }
  }
}
