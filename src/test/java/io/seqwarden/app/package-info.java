@NullMarked
package io.seqwarden.app;

import org.jspecify.annotations.NullMarked;
