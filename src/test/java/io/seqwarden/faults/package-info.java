@NullMarked
package io.seqwarden.faults;

import org.jspecify.annotations.NullMarked;
