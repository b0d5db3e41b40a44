/** HOCON to the settings records that the other packages declare, every problem at once. */
@NullMarked
package io.seqwarden.config;

import org.jspecify.annotations.NullMarked;
