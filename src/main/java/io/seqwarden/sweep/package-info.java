/** One pass over a database, its Quartz schedule, and its report. */
@NullMarked
package io.seqwarden.sweep;

import org.jspecify.annotations.NullMarked;
