/**
 * What S3 and its SDK call things: names of headers and fields, user metadata, encryption
 * parameters in answers, ETags, numbers, errors, and {@code CallerExceptions}, through which
 * everything that is refused becomes what callers meet. Knows no call and asks nobody. May use:
 * api, sdk.
 */
@NullMarked
package io.claviger.s3.internal.wire;

import org.jspecify.annotations.NullMarked;
