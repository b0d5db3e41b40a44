/** Commands, wiring and the order of the shutdown. */
@NullMarked
package io.seqwarden.app;

import org.jspecify.annotations.NullMarked;
