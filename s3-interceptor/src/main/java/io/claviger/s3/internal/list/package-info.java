/** Listings of objects with sizes of the plaintext, as hints. May use: stored and below. */
@NullMarked
package io.claviger.s3.internal.list;

import org.jspecify.annotations.NullMarked;
