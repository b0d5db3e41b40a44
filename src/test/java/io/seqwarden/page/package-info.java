/** The pages in a real browser, over a real daemon and a real database. */
@NullMarked
package io.seqwarden.page;

import org.jspecify.annotations.NullMarked;
