/**
 * CopyObject, UploadPartCopy and what {@code Rewrap} does: the store copies sealed bytes under a
 * new envelope, and what cannot be copied so is read and sealed. May use: multipart, write, stored
 * and below.
 */
@NullMarked
package io.claviger.s3.internal.copy;

import org.jspecify.annotations.NullMarked;
