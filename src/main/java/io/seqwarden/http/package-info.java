/** Routes, JSON views and the page. */
@NullMarked
package io.seqwarden.http;

import org.jspecify.annotations.NullMarked;
