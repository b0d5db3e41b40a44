@NullMarked
package io.seqwarden.sweep;

import org.jspecify.annotations.NullMarked;
