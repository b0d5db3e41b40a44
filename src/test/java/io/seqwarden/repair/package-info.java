@NullMarked
package io.seqwarden.repair;

import org.jspecify.annotations.NullMarked;
