/** The only writer to watched databases: advance, events, install, uninstall. */
@NullMarked
package io.seqwarden.repair;

import org.jspecify.annotations.NullMarked;
