/**
 * What an application puts on its own class path: a retry for work that met a drifted sequence, and
 * inserts that cannot make one drift. Needs the JDK and the PostgreSQL driver, and no daemon.
 *
 * <p>No signature says {@code @Nullable}, and this file stays out of {@code seqwarden-client.jar},
 * so that the jar needs no annotations either.
 */
@NullMarked
package io.seqwarden.client;

import org.jspecify.annotations.NullMarked;
