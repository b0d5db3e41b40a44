/** Discovery and observation: which sequences feed which columns, their positions and marks. */
@NullMarked
package io.seqwarden.catalog;

import org.jspecify.annotations.NullMarked;
