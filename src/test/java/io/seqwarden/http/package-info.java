/** Tests of the HTTP API and the page, each against a server on a free port. */
@NullMarked
package io.seqwarden.http;

import org.jspecify.annotations.NullMarked;
