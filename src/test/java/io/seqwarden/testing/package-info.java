/** Real PostgreSQL servers for the tests: a fresh database a test, on every supported major. */
@NullMarked
package io.seqwarden.testing;

import org.jspecify.annotations.NullMarked;
