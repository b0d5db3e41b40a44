/** What the documentation says, tried. */
@NullMarked
package io.seqwarden.docs;

import org.jspecify.annotations.NullMarked;
