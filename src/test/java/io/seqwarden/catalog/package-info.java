@NullMarked
package io.seqwarden.catalog;

import org.jspecify.annotations.NullMarked;
