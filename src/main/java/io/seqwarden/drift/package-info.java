/**
 * The domain: what a sequence, an observation and a verdict are, and the pure judge that makes the
 * last of the first two. Imports the JDK only; nothing here does I/O, reads a clock or logs.
 */
@NullMarked
package io.seqwarden.drift;

import org.jspecify.annotations.NullMarked;
