@NullMarked
package io.seqwarden.report;

import org.jspecify.annotations.NullMarked;
