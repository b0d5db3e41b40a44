/** An embedded PostgreSQL with a ticket application that keeps drifting, for trying things out. */
@NullMarked
package io.seqwarden.demo;

import org.jspecify.annotations.NullMarked;
