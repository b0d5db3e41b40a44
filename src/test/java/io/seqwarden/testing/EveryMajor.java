package io.seqwarden.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs once on each configured PostgreSQL major, with a {@link TestDatabase} of it.
 * Takes the place of {@code @Test}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith({PostgresExtension.class, EveryMajorProvider.class})
public @interface EveryMajor {

  /** Whether on the oldest and the newest of them alone, where what is tested is ours to choose. */
  boolean ends() default false;
}
