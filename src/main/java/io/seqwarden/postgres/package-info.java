/** Pools, transactions with bounds, server facts, SQL resources, SQLSTATEs: the way to a server. */
@NullMarked
package io.seqwarden.postgres;

import org.jspecify.annotations.NullMarked;
