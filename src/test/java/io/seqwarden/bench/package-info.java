@NullMarked
package io.seqwarden.bench;

import org.jspecify.annotations.NullMarked;
