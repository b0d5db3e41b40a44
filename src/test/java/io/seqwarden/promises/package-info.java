@NullMarked
package io.seqwarden.promises;

import org.jspecify.annotations.NullMarked;
