@NullMarked
package io.seqwarden.drift;

import org.jspecify.annotations.NullMarked;
