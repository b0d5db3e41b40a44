/** What applications do with the client: JDBC, Hibernate, Spring. */
@NullMarked
package io.seqwarden.client;

import org.jspecify.annotations.NullMarked;
