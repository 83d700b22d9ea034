/**
 * Objects as the store has them: where parts and ranges of plaintext are among stored bytes, what
 * was proved and is remembered of layouts and data keys, and reads that are pinned to one version.
 * May use: call and below.
 */
@NullMarked
package io.claviger.s3.internal.stored;

import org.jspecify.annotations.NullMarked;
