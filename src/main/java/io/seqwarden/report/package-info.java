/** What is remembered of sweeps: the journal and the metrics; both listen to sweeps. */
@NullMarked
package io.seqwarden.report;

import org.jspecify.annotations.NullMarked;
