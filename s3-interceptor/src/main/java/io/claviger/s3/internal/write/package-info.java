/**
 * PutObject, and what every operation that sends object bytes has in common. May use: stored and
 * below.
 */
@NullMarked
package io.claviger.s3.internal.write;

import org.jspecify.annotations.NullMarked;
