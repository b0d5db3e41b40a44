/** Tests of the configuration: every message is compared as text. */
@NullMarked
package io.seqwarden.config;

import org.jspecify.annotations.NullMarked;
