/**
 * What the interceptor knows of the AWS SDK beside its public API: names of execution attributes,
 * which several copies of Claviger share, and the SDK's internals, each in one place. Uses nothing
 * of Claviger.
 */
@NullMarked
package io.claviger.s3.internal.sdk;

import org.jspecify.annotations.NullMarked;
