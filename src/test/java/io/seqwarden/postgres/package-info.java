@NullMarked
package io.seqwarden.postgres;

import org.jspecify.annotations.NullMarked;
